// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.hostendpoint;

import dev.brindle.api.label.Selector;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.api.resource.KubeControllersConfiguration.Template;
import dev.brindle.api.resource.Metadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which host endpoints a node is to have: one for all its traffic, and those of the templates that
/// select it.
public final class AutoHostEndpoints {

  /// By which those that were made here are told from those that people made.
  static final String CREATED_BY = "projectcalico.org/created-by";

  static final String CONTROLLERS = "calico-kube-controllers";

  private static final String ENABLED = "Enabled";
  private static final String ALL_INTERFACES = "*";
  private static final String ALLOW_ALL = "projectcalico-default-allow";

  private AutoHostEndpoints() {}

  /// @return in no order that means anything; names may not be there yet, or be a person's
  /// @throws IllegalArgumentException if a selector, pattern or network of a template is none
  public static List<HostEndpoint> of(CalicoNode node, Optional<HostEndpoints> settings) {
    List<HostEndpoint> wanted = new ArrayList<>();
    settings
        .filter(found -> found.autoCreate().equals(ENABLED))
        .ifPresent(
            found -> {
              if (!found.createDefaultHostEndpoint().equals("Disabled")) {
                wanted.add(forAll(node));
              }
              for (Template template : found.templates()) {
                if (isSelected(node, template)) {
                  ofTemplate(node, template).forEach(wanted::add);
                }
              }
            });
    return wanted;
  }

  private static boolean isSelected(CalicoNode node, Template template) {
    String selector = template.nodeSelector();
    return selector.isEmpty() || Selector.parse(selector).matches(node.metadata().labels());
  }

  private static HostEndpoint forAll(CalicoNode node) {
    return endpoint(
        node,
        HostEndpointName.of(node.metadata().name()),
        ALL_INTERFACES,
        NodeAddresses.of(node.spec()),
        Map.of(),
        Map.of());
  }

  private static Stream<HostEndpoint> ofTemplate(CalicoNode node, Template template) {
    List<Cidr> networks = template.interfaceCIDRs().stream().map(Cidr::parse).toList();
    List<IpAddress> inside = NodeAddresses.within(node.spec(), networks);
    String name = node.metadata().name();
    if (template.interfacePattern().isEmpty()) {
      return inside.isEmpty()
          ? Stream.empty()
          : Stream.of(
              endpoint(
                  node,
                  HostEndpointName.of(name, template.generateName()),
                  "",
                  inside,
                  template.labels(),
                  template.annotations()));
    }
    Pattern pattern = Pattern.compile(template.interfacePattern());
    return node.spec().interfaces().stream()
        .filter(link -> pattern.matcher(link.name()).find())
        .map(
            link ->
                endpoint(
                    node,
                    HostEndpointName.of(name, template.generateName(), link.name()),
                    link.name(),
                    joined(inside, NodeAddresses.of(link)),
                    template.labels(),
                    template.annotations()));
  }

  private static List<IpAddress> joined(List<IpAddress> some, List<IpAddress> others) {
    Set<IpAddress> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return List.copyOf(all);
  }

  private static HostEndpoint endpoint(
      CalicoNode node,
      String name,
      String interfaceName,
      List<IpAddress> addresses,
      Map<String, String> labels,
      Map<String, String> annotations) {
    Map<String, String> all = new HashMap<>(node.metadata().labels());
    all.putAll(labels);
    all.put(CREATED_BY, CONTROLLERS);
    return new HostEndpoint(
        Metadata.named(name).withLabels(all).withAnnotations(annotations),
        new HostEndpoint.Spec(
            node.metadata().name(), interfaceName, addresses, List.of(ALLOW_ALL), List.of()));
  }
}
