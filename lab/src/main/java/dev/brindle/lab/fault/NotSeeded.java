// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import java.util.Locale;

/// The doctor's findings that no lab can be made to have, and why not.
public enum NotSeeded {
  NO_NF_TABLES("all namespaces have one kernel"),
  NFT_FEATURE_MISSING("all namespaces have one kernel"),
  LINK_TYPE_MISSING("all namespaces have one kernel"),
  NEIGHBOUR_TABLE_SMALL("gc_thresh3 is the whole machine's, and is not seen in namespaces"),
  CLOCK_FREE("the kernel says it of the whole machine's clock, in every namespace");

  private final String why;

  NotSeeded(String why) {
    this.why = why;
  }

  public String why() {
    return why;
  }

  /// The doctor's finding.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
