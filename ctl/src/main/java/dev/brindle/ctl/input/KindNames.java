// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.input;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What people call kinds on the command line.
public final class KindNames {

  private static final String TABLE =
      """
      BGPConfiguration bgpconfiguration bgpconfigurations bgpconfig bgpconfigs
      BGPFilter bgpfilter bgpfilters bgpf bgpfs bf bfs
      BGPPeer bgppeer bgppeers bgpp bgpps bp bps
      CalicoNodeStatus caliconodestatus caliconodestatuses nodestatus nodestatuses
      ClusterInformation clusterinformation clusterinformations clusterinfo clusterinfos
      FelixConfiguration felixconfiguration felixconfigurations felixconfig felixconfigs
      GlobalNetworkPolicy globalnetworkpolicy globalnetworkpolicies gnp gnps
      GlobalNetworkSet globalnetworkset globalnetworksets gnetsets
      HostEndpoint hostendpoint hostendpoints hep heps
      IPAMConfiguration ipamconfiguration ipamconfigurations ipamconfig ipamconfigs
      IPPool ippool ippools ipp ipps pool pools
      IPReservation ipreservation ipreservations reservation reservations
      KubeControllersConfiguration kubecontrollersconfiguration kubecontrollersconfigurations kubecontrollersconfig kubecontrollersconfigs
      NetworkPolicy networkpolicy networkpolicies policy np policies pol pols
      NetworkSet networkset networksets netsets
      Node node nodes no nos
      Profile profile profiles pro pros
      StagedGlobalNetworkPolicy stagedglobalnetworkpolicy stagedglobalnetworkpolicies sgnp sgnps
      StagedKubernetesNetworkPolicy stagedkubernetesnetworkpolicy stagedkubernetesnetworkpolicies stagedkubernetespolicy stagedkubernetespolicies sknp skpol skpols
      StagedNetworkPolicy stagednetworkpolicy stagednetworkpolicies stagedpolicy stagedpolicies snp spol spols
      Tier tier tiers
      WorkloadEndpoint workloadendpoint workloadendpoints wep weps
      """;

  private static final Map<String, ResourceKind> KINDS = read();

  private KindNames() {}

  /// @throws ClientException if no kind is called so
  public static ResourceKind find(String word) {
    ResourceKind kind = KINDS.get(word.toLowerCase(Locale.ROOT));
    if (kind == null) {
      throw new ClientException("resource type '%s' is not supported".formatted(word));
    }
    return kind;
  }

  private static Map<String, ResourceKind> read() {
    Map<String, ResourceKind> kinds = new HashMap<>();
    TABLE
        .lines()
        .map(line -> Arrays.asList(line.split(" ", -1)))
        .forEach(words -> aliases(words).forEach(alias -> kinds.put(alias, kind(words))));
    return Map.copyOf(kinds);
  }

  private static List<String> aliases(List<String> words) {
    return words.subList(1, words.size());
  }

  private static ResourceKind kind(List<String> words) {
    return Arrays.stream(ResourceKind.values())
        .filter(kind -> kind.kindName().equals(words.getFirst()))
        .findFirst()
        .orElseThrow();
  }
}
