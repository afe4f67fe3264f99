// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Programs that keep interfaces and routes as their own files say.
public final class ManagerCheck {

  /// One of each kind that the daemon makes.
  private static final List<String> INTERFACES =
      List.of("cali0123456789a", "tunl0", "vxlan.calico");

  private static final String BY_NAME = "interface-name:";

  private ManagerCheck() {}

  /// @param hasManager whether NetworkManager runs
  /// @param managerLines of all its files
  /// @param hasNetworkd whether systemd-networkd runs
  /// @param networkdLines of all its own files
  public record Facts(
      boolean hasManager,
      List<String> managerLines,
      boolean hasNetworkd,
      List<String> networkdLines) {

    public Facts {
      managerLines = List.copyOf(managerLines);
      networkdLines = List.copyOf(networkdLines);
    }
  }

  public static List<Finding> of(Facts facts) {
    List<Finding> found = new ArrayList<>();
    if (facts.hasManager()) {
      List<String> managed =
          INTERFACES.stream().filter(each -> !isUnmanaged(each, facts.managerLines())).toList();
      if (!managed.isEmpty()) {
        found.add(
            Symptom.NETWORK_MANAGER.at(
                "NetworkManager runs, and no unmanaged-devices names %s"
                    .formatted(String.join(", ", managed))));
      }
    }
    if (facts.hasNetworkd()
        && facts.networkdLines().stream().noneMatch(ManagerCheck::leavesRoutes)) {
      found.add(Symptom.NETWORKD.at("systemd-networkd runs, without ManageForeignRoutes=no"));
    }
    return Finding.orOk(found, Check.NETWORK_MANAGERS, "none that touches interfaces of ours");
  }

  private static boolean isUnmanaged(String device, List<String> lines) {
    return lines.stream()
        .map(line -> line.replace(" ", ""))
        .filter(
            line -> line.startsWith("unmanaged-devices=") || line.startsWith("unmanaged-devices+="))
        .map(line -> line.substring(line.indexOf('=') + 1))
        .flatMap(specs -> Stream.of(specs.split("[;,]")))
        .filter(spec -> spec.startsWith(BY_NAME))
        .map(spec -> spec.substring(BY_NAME.length()))
        .anyMatch(glob -> isLike(glob, device));
  }

  private static boolean isLike(String glob, String device) {
    String regex =
        Stream.of(glob.split("\\*", -1))
            .map(Pattern::quote)
            .reduce((left, right) -> left + ".*" + right)
            .orElse("");
    return device.matches(regex);
  }

  private static boolean leavesRoutes(String line) {
    return line.replace(" ", "").matches("(?i)ManageForeignRoutes=(no|false|0|off)");
  }
}
