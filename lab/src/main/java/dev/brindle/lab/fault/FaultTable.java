// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

/// What `brindle lab fault` prints.
public final class FaultTable {

  private FaultTable() {}

  public static String text() {
    var text = new StringBuilder();
    text.append(
        "faults, by the finding of the doctor that each makes (settings count from the daemon's"
            + " next start):%n".formatted());
    for (Fault fault : Fault.values()) {
      text.append("  %-26s %s%n".formatted(fault, fault.what()));
    }
    text.append("%nfindings that cannot be seeded:%n".formatted());
    for (NotSeeded each : NotSeeded.values()) {
      text.append("  %-26s %s%n".formatted(each, each.why()));
    }
    return text.toString();
  }
}
