// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `diff` and `apply --dry-run`: what would be, while nothing is stored.
final class RehearsalTest {

  private static final String HEAD = "apiVersion: projectcalico.org/v3\n";
  private static final String POOL =
      """
      kind: IPPool
      metadata: {name: a}
      spec: {cidr: 10.0.0.0/16, natOutgoing: %s}
      """;
  private static final String WEB =
      """
      kind: NetworkPolicy
      metadata: {name: web, namespace: ns}
      spec:
        selector: app == 'web'
        ingress: [{action: Allow, source: {selector: role == 'friend'}%s}]
      """;

  private final Console console = new Console();

  private int run(String document, String... args) {
    return console.run(HEAD + document, args);
  }

  @Test
  void diffShowsTheLinesThatWouldChange() {
    console.apply(POOL.formatted(false));

    assertThat(run(POOL.formatted(true), "diff", "-f", "-")).isEqualTo(1);

    String text = console.out().replaceAll("(uid|creationTimestamp): .*", "$1: ...");
    assertThat(text)
        .isEqualTo(
            """
            --- IPPool(a) as stored
            +++ IPPool(a) as applied
            @@ -12,5 +12,6 @@
               blockSize: 26
               cidr: 10.0.0.0/16
               ipipMode: Never
            +  natOutgoing: true
               nodeSelector: all()
               vxlanMode: Never
            """);
    assertThat(run(POOL.formatted(false), "diff", "-f", "-")).isZero();
    assertThat(console.out()).isEmpty();
  }

  @Test
  void diffOfWhatIsNotThereIsAllOfIt() {
    assertThat(run(POOL.formatted(true), "diff", "-f", "-")).isEqualTo(1);
    assertThat(console.out())
        .startsWith("--- /dev/null\n+++ IPPool(a) as applied\n@@ -0,0 +1,15 @@\n+apiVersion: ");
    assertThat(console.store().list(ResourceKind.IP_POOL)).isEmpty();
  }

  @Test
  void diffThatCannotBeMadeHasACodeOfItsOwn() {
    assertThat(run(POOL.formatted("x"), "diff", "-f", "-")).isEqualTo(2);
    assertThat(
            run(
                WEB.formatted("").replace("  selector", "  tier: t\n  selector"),
                "diff",
                "-f",
                "-"))
        .isEqualTo(2);
    assertThat(console.err())
        .isEqualTo("error with field Tier = 't' (there is no such tier) at spec.tier\n");
  }

  @Test
  void aDryRunTellsOfTheStoreAndOfTheNodes() {
    cluster();
    String tier = "kind: Tier\nmetadata: {name: t}\n---\n" + HEAD;
    String policy = WEB.formatted("").replace("  selector", "  tier: t\n  selector");

    assertThat(run(tier + policy, "apply", "--dry-run", "-f", "-")).as(console.err()).isZero();

    assertThat(console.out())
        .isEqualTo(
            """
            Tier(t) would be created
            NetworkPolicy(ns/web) would be created
            On the nodes:
              n1: 1 endpoint under other policies (ns/n1-k8s-web-eth0)
            Nothing was stored.
            """);
    assertThat(console.store().list(ResourceKind.NETWORK_POLICY)).isEmpty();
    assertThat(console.store().get(ResourceKey.of(ResourceKind.TIER, "t"))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          other rules          | kind: NetworkPolicy, metadata: {name: web, namespace: ns}, spec: {selector: app == 'web', ingress: [{action: Deny}]} | NetworkPolicy(ns/web) would be changed; On the nodes:; n1: 1 endpoint under changed rules (ns/n1-k8s-web-eth0)
          other addresses      | kind: NetworkSet, metadata: {name: s, namespace: ns, labels: {role: friend}}, spec: {nets: [192.0.2.0/24]} | NetworkSet(ns/s) would be created; On the nodes:; n1: 1 endpoint with other addresses in their rules (ns/n1-k8s-web-eth0)
          a set nobody selects | kind: GlobalNetworkSet, metadata: {name: s}, spec: {nets: [192.0.2.0/24]} | GlobalNetworkSet(s) would be created; No node would do anything differently.
          a policy for all     | kind: GlobalNetworkPolicy, metadata: {name: all}, spec: {order: 1} | GlobalNetworkPolicy(all) would be created; On the nodes:; n1: 1 endpoint under other policies (ns/n1-k8s-web-eth0); n2: 4 endpoints under other policies (ns/n2-k8s-a-eth0, ns/n2-k8s-b-eth0, ns/n2-k8s-c-eth0 and 1 more); n3: 1 endpoint under other policies (n3-eth0)
          a host endpoint      | kind: HostEndpoint, metadata: {name: h}, spec: {node: n1, interfaceName: eth0} | HostEndpoint(h) would be created; On the nodes:; n1: 1 endpoint under other policies (h)
          policy of hosts      | kind: GlobalNetworkPolicy, metadata: {name: pre}, spec: {selector: is == 'node', preDNAT: true, applyOnForward: true, ingress: [{action: Deny, source: {selector: role == 'friend'}}]} | GlobalNetworkPolicy(pre) would be changed; On the nodes:; n3: 1 endpoint under changed rules (n3-eth0)
          friends of hosts     | kind: GlobalNetworkSet, metadata: {name: s, labels: {role: scanner}}, spec: {nets: [192.0.2.0/24]} | GlobalNetworkSet(s) would be created; On the nodes:; n3: 1 endpoint with other addresses in their rules (n3-eth0)
          hosts only           | kind: GlobalNetworkPolicy, metadata: {name: raw}, spec: {doNotTrack: true, applyOnForward: true} | GlobalNetworkPolicy(raw) would be created; On the nodes:; n3: 1 endpoint under other policies (n3-eth0)
          the same again       | kind: NetworkPolicy, metadata: {name: web, namespace: ns}, spec: {selector: app == 'web', ingress: [{action: Allow, source: {selector: role == 'friend'}}]} | NetworkPolicy(ns/web) would stay as it is; No node would do anything differently.
          a pool               | kind: IPPool, metadata: {name: a}, spec: {cidr: 10.9.0.0/16} | IPPool(a) would be created; On the nodes:; every node: routes, tunnels and masquerading of 10.9.0.0/16
          a peer of a node     | kind: BGPPeer, metadata: {name: p}, spec: {node: n2, peerIP: 192.0.2.1, asNumber: 1} | BGPPeer(p) would be created; On the nodes:; n2: BGP sessions
          a peer by labels     | kind: BGPPeer, metadata: {name: p}, spec: {nodeSelector: rack == 'a', peerIP: 192.0.2.1, asNumber: 1} | BGPPeer(p) would be created; On the nodes:; n1, n2: BGP sessions
          a peer of all        | kind: BGPPeer, metadata: {name: p}, spec: {peerIP: 192.0.2.1, asNumber: 1} | BGPPeer(p) would be created; On the nodes:; every node: BGP sessions
          settings of a node   | kind: FelixConfiguration, metadata: {name: node.n2} | FelixConfiguration(node.n2) would be created; On the nodes:; n2: settings of felix
          settings by labels   | kind: FelixConfiguration, metadata: {name: s}, spec: {nodeSelector: rack == 'b'} | FelixConfiguration(s) would be created; On the nodes:; n3: settings of felix
          a staged policy      | kind: StagedNetworkPolicy, metadata: {name: web, namespace: ns}, spec: {selector: app == 'web', ingress: [{action: Deny}]} | StagedNetworkPolicy(ns/web) would be created; No node would do anything differently.; If what is staged were in force:; n1: 1 endpoint under changed rules (ns/n1-k8s-web-eth0)
          a staged removal     | kind: StagedNetworkPolicy, metadata: {name: web, namespace: ns}, spec: {stagedAction: Delete} | StagedNetworkPolicy(ns/web) would be created; No node would do anything differently.; If what is staged were in force:; n1: 1 endpoint under other policies (ns/n1-k8s-web-eth0)
          staged for all       | kind: StagedGlobalNetworkPolicy, metadata: {name: all}, spec: {order: 1, selector: app == 'web'} | StagedGlobalNetworkPolicy(all) would be created; No node would do anything differently.; If what is staged were in force:; n1: 1 endpoint under other policies (ns/n1-k8s-web-eth0)
          staged as Kubernetes' | kind: StagedKubernetesNetworkPolicy, metadata: {name: web, namespace: ns}, spec: {podSelector: {matchLabels: {app: web}}} | StagedKubernetesNetworkPolicy(ns/web) would be created; No node would do anything differently.; If what is staged were in force:; n1: 1 endpoint under other policies (ns/n1-k8s-web-eth0)
          staged to be ignored | kind: StagedNetworkPolicy, metadata: {name: web, namespace: ns}, spec: {stagedAction: Ignore, selector: app == 'web', ingress: [{action: Deny}]} | StagedNetworkPolicy(ns/web) would be created; No node would do anything differently.; If what is staged were in force, no endpoint would be under other rules.
          a reservation        | kind: IPReservation, metadata: {name: r} | IPReservation(r) would be created; On the nodes:; no node now: the next addresses that are given out
          """)
  void whatChangesOnNodes(String story, String document, String expected) {
    cluster();
    console.apply(WEB.formatted(""));

    int exit =
        console.run(
            "{apiVersion: projectcalico.org/v3, %s}".formatted(document),
            "apply",
            "--dry-run",
            "-f",
            "-");

    assertThat(exit).as(console.err()).isZero();
    assertThat(console.out().lines().map(String::strip))
        .containsExactlyElementsOf(
            Arrays.asList((expected + "; Nothing was stored.").split("; ", -1)));
  }

  private void cluster() {
    for (String node :
        new String[] {"n1, labels: {rack: a}", "n2, labels: {rack: a}", "n3, labels: {rack: b}"}) {
      console.apply("kind: Node\nmetadata: {name: %s}\n".formatted(node));
    }
    endpoint("n1", "web", "app: web", "10.0.0.1");
    endpoint("n2", "a", "role: friend", "10.0.0.2");
    endpoint("n2", "b", "x: y", "10.0.0.3");
    endpoint("n2", "c", "x: y", "10.0.0.4");
    endpoint("n2", "d", "x: y", "10.0.0.5");
    console.apply(
        """
        kind: HostEndpoint
        metadata: {name: n3-eth0, labels: {is: node}}
        spec: {node: n3, interfaceName: eth0}
        """);
    console.apply(
        """
        kind: GlobalNetworkPolicy
        metadata: {name: pre}
        spec:
          selector: is == 'node'
          preDNAT: true
          applyOnForward: true
          ingress: [{action: Deny, source: {selector: role == 'scanner'}}]
        """);
  }

  private void endpoint(String node, String pod, String label, String address) {
    console.apply(
        """
        kind: WorkloadEndpoint
        metadata: {name: %s-k8s-%s-eth0, namespace: ns, labels: {%s}}
        spec: {node: %s, orchestrator: k8s, pod: %s, endpoint: eth0, interfaceName: cali1, ipNetworks: [%s/32]}
        """
            .formatted(node, pod, label, node, pod, address));
  }

  @Test
  void aDryRunWithErrorsTellsThem() {
    assertThat(
            run(
                POOL.formatted(true).replace("10.0.0.0/16", "169.254.0.0/16"),
                "apply",
                "--dry-run",
                "-f",
                "-"))
        .isEqualTo(1);
    assertThat(console.out()).isEqualTo("Nothing was stored.\n");
    assertThat(console.err())
        .startsWith(
            "failed to apply 'IPPool' resource: [error with field spec (IPPool CIDR overlaps");
  }
}
