// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.node.bgp.FibSettings;
import dev.brindle.node.speaker.Field.Content;
import java.util.Optional;
import java.util.Set;

/// `kernel: true`, or `kernel: {table: 254, metric: 1024, protocol: 12}`, where each may be left
/// out.
final class KernelFields {

  private static final Set<String> KNOWN = Set.of("table", "metric", "protocol");

  /// The kernel's own table of local addresses.
  private static final int LOCAL_TABLE = 255;

  private static final long MAX_TABLE = Integer.MAX_VALUE;

  /// 0 is no metric for IPv6, and the largest is the kernel's own last resort.
  private static final long MAX_METRIC = Integer.MAX_VALUE;

  /// The kernel's own, and those of people: nobody may take them for ours.
  private static final int FIRST_FREE_PROTOCOL = 5;

  private static final int MAX_PROTOCOL = 255;

  private KernelFields() {}

  /// Empty if routes do not go into the kernel.
  ///
  /// @throws SpeakerFileException naming line and field
  static Optional<FibSettings> of(Optional<Field> field) {
    if (field.isEmpty()) {
      return Optional.empty();
    }
    Field kernel = field.get();
    if (kernel.content() instanceof Content.Text) {
      return kernel.isTrue() ? Optional.of(FibSettings.CALICO) : Optional.empty();
    }
    kernel.entries(KNOWN);
    FibSettings usual = FibSettings.CALICO;
    return Optional.of(
        new FibSettings(
            kernel.find("table").map(KernelFields::table).orElse(usual.table()),
            kernel.find("metric").map(it -> (int) it.number(1, MAX_METRIC)).orElse(usual.metric()),
            kernel
                .find("protocol")
                .map(it -> new RouteOwner((int) it.number(FIRST_FREE_PROTOCOL, MAX_PROTOCOL)))
                .orElse(usual.owner())));
  }

  private static int table(Field field) {
    if (field.text().equals("main")) {
      return Route.MAIN_TABLE;
    }
    int table = (int) field.number(1, MAX_TABLE);
    if (table == LOCAL_TABLE) {
      throw field.wrong("255 is the kernel's own table of local addresses");
    }
    return table;
  }
}
