// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.testing;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.GlobalNetworkSet;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkSet;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Endpoints, profiles and tiers in few words; policies are `GivenPolicy`.
public final class Given {

  private Given() {}

  /// `app=web,role=db`; empty for none.
  public static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String label : text.split(",", -1)) {
      if (!label.isBlank()) {
        int equals = label.indexOf('=');
        labels.put(label.substring(0, equals).strip(), label.substring(equals + 1).strip());
      }
    }
    return labels;
  }

  /// @param name `namespace/name`
  /// @param addresses separated by commas
  public static WorkloadEndpoint endpoint(
      String name, String node, String addresses, String labels, String... profiles) {
    return endpoint(name, node, addresses, labels, List.of(), profiles);
  }

  public static WorkloadEndpoint endpoint(
      String name,
      String node,
      String addresses,
      String labels,
      List<WorkloadEndpoint.EndpointPort> ports,
      String... profiles) {
    String[] parts = name.split("/", -1);
    return new WorkloadEndpoint(
        Metadata.named(parts[0], parts[1]).withLabels(labels(labels)),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            node,
            "",
            parts[1],
            "eth0",
            "",
            Arrays.stream(addresses.split(",", -1))
                .filter(text -> !text.isBlank())
                .map(Cidr::parse)
                .toList(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(profiles),
            "cali" + parts[1],
            Optional.empty(),
            ports,
            List.of()));
  }

  public static WorkloadEndpoint withAccount(WorkloadEndpoint endpoint, String account) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    return new WorkloadEndpoint(
        endpoint.metadata(),
        new WorkloadEndpoint.Spec(
            spec.orchestrator(),
            spec.workload(),
            spec.node(),
            spec.containerID(),
            spec.pod(),
            spec.endpoint(),
            account,
            spec.ipNetworks(),
            spec.ipNATs(),
            spec.ipv4Gateway(),
            spec.ipv6Gateway(),
            spec.profiles(),
            spec.interfaceName(),
            spec.mac(),
            spec.ports(),
            spec.allowSpoofedSourcePrefixes()));
  }

  /// What Kubernetes makes of a namespace: allows all, and gives its labels.
  public static Profile namespaceProfile(String namespace, String labels) {
    Map<String, String> prefixed = new TreeMap<>();
    prefixed.put("pcns.projectcalico.org/name", namespace);
    labels(labels).forEach((label, value) -> prefixed.put("pcns." + label, value));
    List<Rule> all = List.of(Rule.of(Rule.Action.ALLOW));
    return new Profile(Metadata.named("kns." + namespace), new Profile.Spec(all, all, prefixed));
  }

  public static Profile profile(String name, String labels, List<Rule> ingress, List<Rule> egress) {
    return new Profile(Metadata.named(name), new Profile.Spec(ingress, egress, labels(labels)));
  }

  /// @param name `namespace/name`, or without a namespace
  /// @param nets separated by commas
  public static Resource networkSet(String name, String nets, String labels) {
    List<String> all = Arrays.stream(nets.split(",", -1)).filter(text -> !text.isBlank()).toList();
    String[] parts = name.split("/", -1);
    return parts.length == 1
        ? new GlobalNetworkSet(
            Metadata.named(name).withLabels(labels(labels)), new NetworkSet.Spec(all))
        : new NetworkSet(
            Metadata.named(parts[0], parts[1]).withLabels(labels(labels)),
            new NetworkSet.Spec(all));
  }

  /// A slice of some of a service's endpoints.
  ///
  /// @param name `namespace/name`
  /// @param addresses of its endpoints, separated by commas
  /// @param ports such as `tcp/80`, separated by commas
  public static KubernetesEndpointSlice slice(
      String name, String service, String addresses, String ports) {
    String[] parts = name.split("/", -1);
    return new KubernetesEndpointSlice(
        Metadata.named(parts[0], parts[1]),
        new KubernetesEndpointSlice.Spec(
            service,
            IpFamily.IPV4,
            words(addresses)
                .map(IpAddress::parse)
                .map(each -> new KubernetesEndpointSlice.Endpoint(List.of(each), true, "n2"))
                .toList(),
            words(ports).map(Given::servicePort).toList()));
  }

  private static KubernetesEndpointSlice.ServicePort servicePort(String text) {
    String[] parts = text.split("/", -1);
    return new KubernetesEndpointSlice.ServicePort(
        "", Protocol.parse(parts[0].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[1]));
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(",", -1)).filter(each -> !each.isBlank());
  }

  /// @param interfaceName may be empty, or `*`
  /// @param addresses separated by commas
  public static HostEndpoint host(
      String name,
      String node,
      String interfaceName,
      String addresses,
      String labels,
      String... profiles) {
    return new HostEndpoint(
        Metadata.named(name).withLabels(labels(labels)),
        new HostEndpoint.Spec(
            node,
            interfaceName,
            words(addresses).map(IpAddress::parse).toList(),
            List.of(profiles),
            List.of(new HostEndpoint.EndpointPort("web", Protocol.TCP, 8080))));
  }

  public static Tier tier(String name, Optional<Double> order, Rule.Action defaultAction) {
    return new Tier(Metadata.named(name), new Tier.Spec(order, defaultAction));
  }

  public static List<Change> changes(Resource... resources) {
    return Arrays.stream(resources).map(Change::to).toList();
  }

  public static Change gone(Resource resource) {
    return Change.gone(resource.key());
  }

  /// The key of an endpoint, `namespace/name`.
  public static ResourceKey endpointKey(String name) {
    String[] parts = name.split("/", -1);
    return new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, parts[0], parts[1]);
  }
}
