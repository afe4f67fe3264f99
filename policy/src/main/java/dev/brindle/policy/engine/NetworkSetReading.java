// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.label.CalicoLabels;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.GlobalNetworkSet;
import dev.brindle.api.resource.NetworkSet;
import dev.brindle.api.resource.Resource;
import dev.brindle.policy.set.AddressSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a set of networks says: its networks, and how selectors see it.
///
/// @param labels its own
/// @param profiles whose labels it has besides: those of its namespace
/// @param problem which of its networks cannot be read, and are left out; empty if all is well
record NetworkSetReading(
    AddressSource source, Map<String, String> labels, List<String> profiles, String problem) {

  private static final String NAMESPACE_PROFILE = "kns.";

  static NetworkSetReading of(Resource resource) {
    return switch (resource) {
      case NetworkSet set -> {
        String namespace = set.metadata().namespace();
        Map<String, String> labels = LabelOwners.withoutForeign(set.metadata().labels());
        labels.put(CalicoLabels.NAMESPACE, namespace);
        yield of(set.spec(), labels, List.of(NAMESPACE_PROFILE + namespace));
      }
      case GlobalNetworkSet set -> {
        Map<String, String> labels = new HashMap<>(set.metadata().labels());
        labels.remove(CalicoLabels.NAMESPACE);
        yield of(set.spec(), labels, List.of());
      }
      default -> throw new IllegalArgumentException(resource.key() + " is no set of networks");
    };
  }

  private static NetworkSetReading of(
      NetworkSet.Spec spec, Map<String, String> labels, List<String> profiles) {
    List<String> unread = spec.nets().stream().filter(net -> Cidr.tryParse(net).isEmpty()).toList();
    List<Cidr> networks =
        spec.nets().stream().map(Cidr::tryParse).flatMap(Optional::stream).distinct().toList();
    return new NetworkSetReading(
        new AddressSource(networks, List.of()), Map.copyOf(labels), profiles, problem(unread));
  }

  private static String problem(List<String> unread) {
    return unread.isEmpty()
        ? ""
        : "nets: '%s'%s not a network, left out"
            .formatted(
                unread.getFirst(),
                unread.size() == 1 ? " is" : " and %d more are".formatted(unread.size() - 1));
  }
}
