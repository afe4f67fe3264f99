// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesEndpointSlice.Endpoint;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.TrafficPolicy;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceRoutesTest {

  /// Services are `type policy cluster=... external=... balancer=... at=node!`, where `!` says that
  /// the endpoint is not ready. All are `shop/web`.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # networks                            | service                                                         | announced besides the networks
          cluster=10.96.0.0/12                  | ClusterIP - cluster=10.96.0.7 at=one                            |
          cluster=10.96.0.0/12                  | NodePort Local cluster=10.96.0.7 at=one                         | 10.96.0.7/32
          cluster=10.96.0.0/12                  | NodePort Local cluster=10.96.0.7 at=two                         |
          cluster=10.96.0.0/12                  | NodePort Local cluster=10.96.0.7 at=one!                        |
          cluster=10.96.0.0/12                  | NodePort Local cluster=10.96.0.7 at=one!,one                    | 10.96.0.7/32
          cluster=10.96.0.0/12                  | NodePort Local cluster=10.96.0.7                                |
          cluster=10.96.0.0/12                  | NodePort Local at=one                                           |
          cluster=10.96.0.0/12                  | ExternalName Local cluster=10.96.0.7 at=one                     |
          cluster=10.96.0.0/12                  | LoadBalancer Cluster cluster=10.96.0.7 balancer=1.1.1.1 at=one  |
          cluster=10.0.0.0/24                   | NodePort Local cluster=10.96.0.7 at=one                         | 10.96.0.7/32
          balancer=1.1.1.0/24                   | LoadBalancer Local cluster=10.96.0.7 balancer=1.1.1.1 at=one    | 1.1.1.1/32
          balancer=1.1.1.0/24                   | LoadBalancer Local cluster=10.96.0.7 balancer=1.1.2.1 at=one    |
          balancer=1.1.1.0/24 each              | LoadBalancer Cluster cluster=10.96.0.7 balancer=1.1.1.1 at=two  | 1.1.1.1/32
          balancer=1.1.1.0/24 each              | LoadBalancer Cluster cluster=10.96.0.7 balancer=1.1.1.1 at=two! |
          balancer=1.1.1.0/24 each              | LoadBalancer Local cluster=10.96.0.7 balancer=1.1.1.1 at=two    |
          balancer=1.1.1.1/32                   | LoadBalancer Cluster cluster=10.96.0.7 balancer=1.1.1.1         | 1.1.1.1/32
          balancer=1.1.1.1/32                   | NodePort Cluster cluster=10.96.0.7 balancer=1.1.1.1             |
          external=2.2.2.2/32                   | ClusterIP Cluster cluster=10.96.0.7 external=2.2.2.2            | 2.2.2.2/32
          external=2.2.2.0/24                   | ClusterIP Cluster cluster=10.96.0.7 external=2.2.2.2 at=one     |
          external=2.2.2.0/24                   | ClusterIP Local cluster=10.96.0.7 external=2.2.2.2,3.3.3.3 at=one | 2.2.2.2/32
          cluster=10.96.0.0/12 external=2.2.2.2/32 | ClusterIP Cluster cluster=10.96.0.7 external=2.2.2.2         | 10.96.0.7/32 2.2.2.2/32
          """)
  void announcesAService(String networks, String service, @Nullable String expected) {
    ServiceRoutes routes = ServiceRoutes.of(resources(networks, "", service));

    List<Cidr> besides =
        routes.announce().stream().filter(each -> !routes.notInKernel().contains(each)).toList();
    assertThat(text(besides)).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest(name = "{0} on a node with {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # networks                                                  | node      | announced                   | not in the kernel                     | told on
          cluster=10.96.0.0/12,10.1.1.1/32                            |           | 10.1.1.1/32 10.96.0.0/12    | 10.1.1.1/32 10.96.0.0/12              |
          external=2.2.2.0/24,3.3.3.3/32 balancer=1.1.1.0/24,4.4.4.4/32 |         | 1.1.1.0/24 2.2.2.0/24       | 1.1.1.0/24 2.2.2.0/24                 |
          external=2.2.2.0/24 balancer=1.1.1.0/24 each                |           | 2.2.2.0/24                  | 2.2.2.0/24                            |
          cluster=10.96.0.0/12 balancer=1.1.1.0/24                    | excluded  |                             | 1.1.1.0/24 10.96.0.0/12               |
          external=2.2.2.0/24 balancer=1.1.1.0/24 each                | reflector | 2.2.2.0/24                  | 2.2.2.0/24                            | 1.1.1.0/24 2.2.2.0/24
          """)
  void announcesNetworks(
      String networks,
      @Nullable String node,
      @Nullable String announced,
      @Nullable String notInKernel,
      @Nullable String toldOn) {
    ServiceRoutes routes = ServiceRoutes.of(resources(networks, node == null ? "" : node, ""));

    assertThat(text(routes.announce())).isEqualTo(announced == null ? "" : announced);
    assertThat(text(routes.notInKernel())).isEqualTo(notInKernel == null ? "" : notInKernel);
    assertThat(text(routes.passedOn())).isEqualTo(toldOn == null ? "" : toldOn);
  }

  @Test
  void theEnvironmentHasTheLastWordOnClusterAddresses() {
    BgpResources resources = resources("cluster=10.96.0.0/12", "", "");
    var sources =
        new ServiceSources(Optional.of(Cidr.parse("10.5.0.0/16")), "", List.of(), List.of());

    assertThat(ServiceRoutes.of(resources.withServices(sources)).announce())
        .containsOnly(Cidr.parse("10.5.0.0/16"));
    BgpResources bare = BgpResources.of("one", List.of());
    assertThat(ServiceRoutes.areWanted(bare)).isFalse();
    assertThat(ServiceRoutes.areWanted(bare.withServices(sources))).isTrue();
    assertThat(ServiceRoutes.areWanted(resources)).isTrue();
  }

  /// Kubernetes may have another name for a node than we.
  @Test
  void endpointsAreOnTheNodeThatKubernetesNames() {
    BgpResources resources =
        resources("cluster=10.96.0.0/12", "", "NodePort Local cluster=10.96.0.7 at=eins");
    ServiceSources known = resources.services();
    var sources = new ServiceSources(Optional.empty(), "eins", known.services(), known.slices());

    assertThat(ServiceRoutes.of(resources).announce()).hasSize(1);
    assertThat(ServiceRoutes.of(resources.withServices(sources)).announce()).hasSize(2);
  }

  /// A service of which nobody says by which family it is reached is not reached.
  @Test
  void endpointsOfAnotherFamilyDoNotCount() {
    BgpResources resources =
        resources("cluster=10.96.0.0/12", "", "NodePort Local cluster=10.96.0.7 at=one");
    KubernetesEndpointSlice slice = resources.services().slices().getFirst();
    var other =
        new KubernetesEndpointSlice(
            slice.metadata(),
            new KubernetesEndpointSlice.Spec(
                "web", IpFamily.IPV6, slice.spec().endpoints(), List.of()));
    var sources =
        new ServiceSources(Optional.empty(), "", resources.services().services(), List.of(other));

    assertThat(ServiceRoutes.of(resources.withServices(sources)).announce()).hasSize(1);
  }

  @Test
  void whatIsAnnouncedIsToldToPeers() {
    ExportPlan plan =
        ExportPlan.of(
            resources(
                "cluster=10.96.0.0/12 external=2.2.2.2/32",
                "",
                "ClusterIP Cluster cluster=10.200.0.7 external=2.2.2.2"),
            List.of());

    assertThat(text(plan.announce())).isEqualTo("10.200.0.7/32 10.96.0.0/12 2.2.2.2/32");
    assertThat(text(plan.filter().services())).isEqualTo("10.96.0.0/12");
    assertThat(text(plan.filter().serviceHosts())).isEqualTo("10.200.0.7/32 2.2.2.2/32");
  }

  private static String text(Iterable<Cidr> all) {
    List<String> texts = new ArrayList<>();
    all.forEach(each -> texts.add(each.toString()));
    return texts.stream().sorted().collect(Collectors.joining(" "));
  }

  private static BgpResources resources(String networks, String node, String service) {
    List<Resource> all = new ArrayList<>();
    all.add(
        new CalicoNode(
            Metadata.named("one")
                .withLabels(
                    node.equals("excluded") ? Map.of(ServiceRoutes.EXCLUDED, "true") : Map.of()),
            new CalicoNode.Spec(
                Optional.of(
                    new CalicoNode.Bgp(
                        Optional.empty(),
                        InterfaceAddress.tryParse("192.0.2.1/24"),
                        Optional.empty(),
                        Optional.empty(),
                        node.equals("reflector") ? "10.0.0.1" : "")),
                Optional.empty(),
                "",
                Optional.empty(),
                "",
                List.of(),
                List.of(),
                List.of())));
    all.add(configuration(networks));
    BgpResources resources = BgpResources.of("one", all);
    return service.isEmpty() ? resources : resources.withServices(sources(service));
  }

  /// @param networks such as `balancer=192.0.2.0/24`
  static BgpConfiguration configuration(String networks) {
    return new BgpConfiguration(
        Metadata.named(BgpConfiguration.DEFAULT),
        new BgpConfiguration.Spec(
            "",
            Optional.empty(),
            Optional.empty(),
            cidrs(networks, "cluster"),
            cidrs(networks, "external"),
            cidrs(networks, "balancer"),
            networks.endsWith(" each") ? "Disabled" : "Enabled",
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            List.of(),
            "",
            "",
            "",
            Optional.empty(),
            Optional.empty()));
  }

  private static List<BgpConfiguration.ServiceCidr> cidrs(String text, String kind) {
    return values(text, kind).map(Cidr::parse).map(BgpConfiguration.ServiceCidr::of).toList();
  }

  private static ServiceSources sources(String text) {
    String[] words = text.split(" ", -1);
    var service =
        new KubernetesService(
            Metadata.named("shop", "web"),
            new KubernetesService.Spec(
                Arrays.stream(KubernetesService.Type.values())
                    .filter(type -> type.toString().equals(words[0]))
                    .findFirst()
                    .orElseThrow(),
                addresses(text, "cluster"),
                addresses(text, "external"),
                Optional.empty(),
                addresses(text, "balancer"),
                words[1].equals("-")
                    ? Optional.empty()
                    : Optional.of(TrafficPolicy.valueOf(words[1].toUpperCase(Locale.ROOT))),
                List.of(IpFamily.IPV4)));
    List<Endpoint> endpoints =
        values(text, "at")
            .map(
                at ->
                    new Endpoint(
                        List.of(IpAddress.parse("10.0.0.1")),
                        !at.endsWith("!"),
                        at.replace("!", "")))
            .toList();
    var slice =
        new KubernetesEndpointSlice(
            Metadata.named("shop", "web-1"),
            new KubernetesEndpointSlice.Spec("web", IpFamily.IPV4, endpoints, List.of()));
    var ofAnother =
        new KubernetesEndpointSlice(
            Metadata.named("other", "web-1"),
            new KubernetesEndpointSlice.Spec(
                "web",
                IpFamily.IPV4,
                List.of(new Endpoint(List.of(IpAddress.parse("10.0.0.9")), true, "one")),
                List.of()));
    return new ServiceSources(Optional.empty(), "", List.of(service), List.of(slice, ofAnother));
  }

  private static List<IpAddress> addresses(String text, String kind) {
    return values(text, kind).map(IpAddress::parse).toList();
  }

  private static Stream<String> values(String text, String kind) {
    return Arrays.stream(text.split(" ", -1))
        .filter(word -> word.startsWith(kind + "="))
        .flatMap(word -> Arrays.stream(word.substring(kind.length() + 1).split(",", -1)));
  }
}
