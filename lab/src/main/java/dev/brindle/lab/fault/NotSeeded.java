// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import java.util.Locale;

/// The doctor's findings that no lab can be made to have, and why not.
public enum NotSeeded {
  NO_NET_ADMIN("it is about who runs the doctor, not about the node"),
  NO_NF_TABLES("all namespaces have one kernel"),
  NFT_FEATURE_MISSING("all namespaces have one kernel"),
  LINK_TYPE_MISSING("all namespaces have one kernel"),
  CONNTRACK_FULL("to fill the table of connections takes the whole machine's memory and limit"),
  CONNTRACK_FILLS("to fill the table of connections takes the whole machine's memory and limit"),
  NEIGHBOUR_TABLE_SMALL("gc_thresh3 is the whole machine's, and is not seen in namespaces"),
  CLOCK_FREE("the clock is the whole machine's"),
  CLOCK_DIFFERS("the clock is the whole machine's, and a lab has no API server with another"),
  STORE_SLOW("the store is a file, or an etcd that all nodes share"),
  IPAM_OF_GONE_NODES("who deletes a Node in a lab takes its blocks with it"),
  IPTABLES_LEGACY("nobody here can make rules of the old iptables, only read and remove them"),
  CALICO_OLD_RULES("nobody here can make rules of the old iptables, only read and remove them");

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
