// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.datastore.PodNotes;
import dev.brindle.ipam.Reserved;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which addresses of the reserve a pod may have. Rules only.
final class ReserveChoice {

  private ReserveChoice() {}

  /// Why the reserve is of no help, whatever is in it; known before anything is said of the pod.
  static Optional<String> obstacle(PodIdentity pod, CniRequest request, CniConfig config) {
    if (!pod.isUsual()) {
      return Optional.of(
          "interface '%s' may be a second one: only the store can say".formatted(pod.endpoint()));
    }
    return request
        .addressArgument()
        .filter(_ -> config.ipam().isOurs()) // others give what they are asked for
        .map(
            address -> "CNI_ARGS asks for IP=%s, which only the store can give".formatted(address));
  }

  /// The same for what the pod asks for.
  static Optional<String> obstacle(PodAsks asks) {
    if (!asks.addresses().isEmpty()) {
      return Optional.of(
          "the pod asks for the addresses %s, which only the store can give"
              .formatted(asks.addresses()));
    }
    return asks.floatingAddresses().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the pod asks for the floating addresses %s, which only the store can give"
                .formatted(asks.floatingAddresses()));
  }

  /// One for each family that the pod wants.
  static List<ReserveJournal.Wanted> wanted(
      PodIdentity pod, CniConfig config, PodAsks asks, PodNotes notes) {
    CniConfig.Ipam ipam = asks.over(config.ipam());
    Map<String, String> labels = new HashMap<>(notes.namespaceLabels());
    labels.put("projectcalico.org/name", pod.namespace());
    List<ReserveJournal.Wanted> wanted = new ArrayList<>();
    if (ipam.assignIpv4()) {
      wanted.add(wanted(IpFamily.IPV4, ipam.ipv4Pools(), labels));
    }
    if (ipam.assignIpv6()) {
      wanted.add(wanted(IpFamily.IPV6, ipam.ipv6Pools(), labels));
    }
    return wanted;
  }

  /// Whoever names pools gets of those, whatever they select; else the namespace must be selected.
  private static ReserveJournal.Wanted wanted(
      IpFamily family, List<String> pools, Map<String, String> namespaceLabels) {
    String where = pools.isEmpty() ? "" : " of the pools " + String.join(", ", pools);
    return new ReserveJournal.Wanted(
        "%s address%s".formatted(family, where),
        each ->
            each.address().family() == family
                && (pools.isEmpty()
                    ? selects(each, namespaceLabels)
                    : pools.stream().anyMatch(text -> isNamed(each, text))));
  }

  private static boolean isNamed(Reserved each, String text) {
    return each.pool().equals(text)
        || Cidr.tryParse(text).filter(each.poolCidr()::equals).isPresent();
  }

  private static boolean selects(Reserved each, Map<String, String> namespaceLabels) {
    try {
      return each.namespaceSelector().isEmpty()
          || Selector.parse(each.namespaceSelector()).matches(namespaceLabels);
    } catch (SelectorSyntaxException _) {
      return false; // as with the store: nobody gets of a pool whose selector cannot be read
    }
  }
}
