// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Texts that calicoctl's users and its own system tests look for in what is printed. What ours say
/// beside them is in the tests of what says it.
final class CalicoctlWordsTest {

  private final Console console = new Console();

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BGPPeer       | {node: n1, peerIP: 192.0.2.1, asNumber: 4294967296} | cannot unmarshal number into Go struct field BGPPeerSpec.spec.asNumber of type string
          BGPPeer       | {node: n1, peerIP: 192.0.2.256, asNumber: 64512}    | PeerIP = '192.0.2.256'
          BGPPeer       | {node: n1, peerIP: "2001:db8::1::2", asNumber: 64512} | PeerIP = '2001:db8::1::2'
          BGPPeer       | {node: n 1, peerIP: "2001:db8::1", asNumber: 64512} | Node = 'n 1'
          BGPPeer       | {node: n1, peerIP: 192.0.2.1, peer: you}            | field in document is not recognized or is in the wrong location: peer
          HostEndpoint  | {node: n1, interfaceName: wibblywobblyeth0}         | InterfaceName = 'wibblywobblyeth0'
          Profile       | {ingress: [{action: Deny, protocol: ICMP, icmp: {type: 256, code: 3}}]} | Type = '256'
          Profile       | {Ingress: [{action: Deny, protocol: ICMP, ICMP: {type: 3, code: 256}}]} | Code = '256'
          NetworkPolicy | {egress: [{action: jump}]}                          | supported values: "Allow", "Deny", "Log", "Pass"
          NetworkPolicy | {egress: [{action: Allow, protocol: TCP, source: {ports: [10, 65536]}}]} | cannot unmarshal number 65536
          NetworkPolicy | {Egress: [{action: Allow, protocol: TCP, source: {ports: [10, 65536]}}]} | cannot unmarshal number 65536
          NetworkPolicy | {egress: [{action: Allow, protocol: TCP, source: {ports: [1:65536]}}]}   | invalid maximum port number in range (1:65536)
          NetworkPolicy | {egress: [{action: Allow, protocol: TCP, source: {ports: [65536:1]}}]}   | invalid minimum port number in range (65536:1)
          NetworkPolicy | {egress: [{action: Allow, protocol: TCP, source: {ports: [0:65535]}}]}   | Port = '0' (port range invalid, port number must be between 1 and 65535)
          NetworkPolicy | {egress: [{action: Allow, protocol: TCP, source: {ports: [0, 10]}}]}     | Port = '0' (port range invalid, port number must be between 1 and 65535)
          NetworkPolicy | {egress: [{action: Allow, protocol: TCP, source: {ports: [65535:1]}}]}   | minimum port number (65535) is greater than maximum port number (1) in port range
          IPPool        | {cidr: 10.0.1.0/24, disabled: "True"}               | cannot unmarshal string into Go struct field IPPoolSpec.spec.disabled of type bool
          IPPool        | {cidr: 10.0.1.0/24, disabled: Maybe}                | cannot unmarshal string into Go struct field IPPoolSpec.spec.disabled of type bool
          IPPool        | {cidr: 10.0.1.0/33}                                 | CIDR = '10.0.1.0/33'
          IPPool        | {cidr: 10.0.256.0/24}                               | CIDR = '10.0.256.0/24'
          IPPool        | {cidr: "2001:db8::2::1/32"}                         | CIDR = '2001:db8::2::1/32'
          IPPool        | {cidr: "2001:db8::1/123"}                           | IPPool.Spec.CIDR = '2001:db8::/123'
          IPPool        | {cidr: 10.0.1.0/27}                                 | field spec (IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.)
          IPPool        | {cidr: "::/128"}                                    | field spec (IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.)
          """)
  void documents(String kind, String spec, String words) {
    String yaml =
        "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: {name: a}\nspec: %s\n"
            .formatted(kind, spec);

    assertThat(console.run(yaml, "create", "-f", "-")).isEqualTo(1);

    assertThat(console.out()).isEmpty();
    assertThat(console.err()).contains(words);
  }

  /// One text for each document, with what could be done before.
  @Test
  void severalDocuments() {
    String peer =
        "apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata: {name: %s}\nspec: {peerIP: %s}\n---\n";

    String two = peer.formatted("a", "192.0.2.1") + peer.formatted("b", "you");
    assertThat(console.run(two, "apply", "-f", "-")).isEqualTo(1);
    assertThat(console.out()).startsWith("Partial success: applied the first 1 out of 2");
    assertThat(console.err()).startsWith("hit error: [").contains("PeerIP = 'you'");

    String bad = peer.formatted("c", "me") + peer.formatted("d", "you");
    assertThat(console.run(bad, "create", "-f", "-")).isEqualTo(1);
    assertThat(console.err())
        .startsWith("failed to create any 'BGPPeer' resources: [")
        .contains("PeerIP = 'me'", "PeerIP = 'you'");
  }

  /// Those of Kubernetes are not stored in etcd, so there is none to change.
  @ParameterizedTest
  @CsvSource({
    "create, operation create is not supported on NetworkPolicy(default/knp.default.a)",
    "apply, resource does not exist: NetworkPolicy(default/knp.default.a)",
    "replace, resource does not exist: NetworkPolicy(default/knp.default.a)",
    "delete, operation delete is not supported on NetworkPolicy(default/knp.default.a)",
  })
  void policiesOfKubernetes(String verb, String words) {
    String yaml =
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: knp.default.a}\n";

    assertThat(console.run(yaml, verb, "-f", "-")).isEqualTo(1);

    assertThat(console.err())
        .contains(words, "kubernetes network policies must be managed through the kubernetes API");
  }
}
