// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.CalicoRemains;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a Calico, or another network plugin, left on the node.
public final class LeftoverCheck {

  private static final Set<String> PROGRAMS =
      Set.of("calico-node", "calico-felix", "felix", "bird", "bird6", "confd", "calico-typha");
  private static final Set<String> OURS = Set.of("calico", "calico-ipam", "brindle", "brindle-cni");
  private static final String SHAPER = "bandwidth";
  private static final String VXLAN = "vxlan.calico";

  private LeftoverCheck() {}

  /// @param name of the program, as the kernel has it
  public record Program(long pid, String name) {}

  /// An address of a tunnel interface.
  ///
  /// @param expected what the Node has for it; empty if it has none
  public record TunnelAddress(String device, String address, String expected) {}

  /// A file that the container runtime looks at.
  ///
  /// @param types of its plugins
  public record CniFile(String name, List<String> types) {

    public CniFile {
      types = List.copyOf(types);
    }

    private boolean isOurs() {
      return types.stream().anyMatch(OURS::contains);
    }

    private boolean isShapedTwice() {
      return isOurs() && types.contains(SHAPER);
    }
  }

  /// @param remains of a Calico, in nf_tables and IP sets
  /// @param oldRemains tables of the old iptables with chains of a Calico
  /// @param programs that run in our sight
  /// @param cniFiles in the order in which the runtime takes them
  /// @param bgpRoutes of the main table while the daemon does not run; else 0
  /// @param vni of the network that nodes share
  /// @param tunnelAddresses that tunnels have, link-local ones aside
  public record Facts(
      CalicoRemains remains,
      List<String> oldRemains,
      List<Program> programs,
      List<Link> links,
      List<CniFile> cniFiles,
      int bgpRoutes,
      int vni,
      int vxlanPort,
      List<TunnelAddress> tunnelAddresses) {

    public Facts {
      oldRemains = List.copyOf(oldRemains);
      programs = List.copyOf(programs);
      links = List.copyOf(links);
      cniFiles = List.copyOf(cniFiles);
      tunnelAddresses = List.copyOf(tunnelAddresses);
    }
  }

  public static List<Finding> of(Facts facts) {
    List<Finding> found = new ArrayList<>();
    facts.programs().stream()
        .filter(program -> PROGRAMS.contains(program.name()))
        .forEach(
            program ->
                found.add(
                    Symptom.CALICO_RUNS.at(
                        "%s runs (process %d)".formatted(program.name(), program.pid()))));
    if (!facts.remains().hasNoRules()) {
      found.add(Symptom.CALICO_RULES.at(facts.remains().summary()));
    } else if (!facts.remains().isEmpty()) {
      found.add(Symptom.CALICO_SETS.at(String.join(", ", facts.remains().ipSets())));
    }
    if (!facts.oldRemains().isEmpty()) {
      found.add(
          Symptom.CALICO_OLD_RULES.at("chains cali-* in " + String.join(", ", facts.oldRemains())));
    }
    if (facts.bgpRoutes() > 0) {
      found.add(
          Symptom.ROUTES_LEFT.at("%d routes of protocol bird (12)".formatted(facts.bgpRoutes())));
    }
    facts.links().stream()
        .filter(link -> link.name().equals(VXLAN))
        .flatMap(link -> vxlan(link, facts).stream())
        .forEach(found::add);
    facts.tunnelAddresses().stream()
        .filter(each -> !each.address().equals(each.expected()))
        .map(LeftoverCheck::tunnelAddress)
        .forEach(found::add);
    cniFiles(facts.cniFiles()).ifPresent(found::add);
    facts.cniFiles().stream()
        .filter(CniFile::isShapedTwice)
        .map(LeftoverCheck::shapedTwice)
        .forEach(found::add);
    return Finding.orOk(found, Check.LEFTOVERS, "nothing of an earlier network");
  }

  private static Optional<Finding> vxlan(Link link, Facts facts) {
    if (!(link.kind() instanceof Link.Kind.Vxlan vxlan)) {
      return Optional.of(Symptom.TUNNEL_OTHERWISE.at(VXLAN + " is no VXLAN interface"));
    }
    return vxlan.vni() == facts.vni() && vxlan.port() == facts.vxlanPort()
        ? Optional.empty()
        : Optional.of(
            Symptom.TUNNEL_OTHERWISE.at(
                "%s has VNI %d and port %d, the settings say %d and %d"
                    .formatted(VXLAN, vxlan.vni(), vxlan.port(), facts.vni(), facts.vxlanPort())));
  }

  private static Finding tunnelAddress(TunnelAddress each) {
    return Symptom.TUNNEL_ADDRESS.at(
        "%s has %s, the Node %s"
            .formatted(
                each.device(),
                each.address(),
                each.expected().isEmpty() ? "has none for it" : "says " + each.expected()));
  }

  private static Optional<Finding> cniFiles(List<CniFile> files) {
    boolean hasOurs = files.stream().anyMatch(CniFile::isOurs);
    return hasOurs && !files.getFirst().isOurs()
        ? Optional.of(
            Symptom.CNI_FILE_FIRST.at(
                "%s (%s) comes before ours"
                    .formatted(
                        files.getFirst().name(), String.join(", ", files.getFirst().types()))))
        : Optional.empty();
  }

  private static Finding shapedTwice(CniFile file) {
    String ours = file.types().stream().filter(OURS::contains).findFirst().orElseThrow();
    return Symptom.CNI_BANDWIDTH.at(
        "%s has the plugin %s beside %s".formatted(file.name(), SHAPER, ours));
  }
}
