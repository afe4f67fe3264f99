// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import dev.brindle.api.net.IpFamily;
import java.util.List;

/// Which families the lab's nodes and pods have.
public enum FamilyChoice implements Choice {
  IPV4("4"),
  IPV6("6"),
  DUAL("dual");

  private final String word;

  FamilyChoice(String word) {
    this.word = word;
  }

  /// @throws IllegalArgumentException if `word` is not `4`, `6` or `dual`
  public static FamilyChoice parse(String word) {
    return Choice.named("--family", word, values());
  }

  @Override
  public String word() {
    return word;
  }

  public List<IpFamily> families() {
    return switch (this) {
      case IPV4 -> List.of(IpFamily.IPV4);
      case IPV6 -> List.of(IpFamily.IPV6);
      case DUAL -> List.of(IpFamily.IPV4, IpFamily.IPV6);
    };
  }

  public boolean has(IpFamily family) {
    return families().contains(family);
  }
}
