// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.tests.refusal.CliRig.Said;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Documents that cannot be used, through the command line: what cannot be read stops everything
/// before anything is written; what reads well but breaks a rule stops only itself.
class CliRefusalTest {

  /// A good document, and the mark after it: the next one begins in line 7.
  private static final String GOOD =
      """
      apiVersion: projectcalico.org/v3
      kind: IPPool
      metadata:
        name: good
      spec: {cidr: 10.1.0.0/16}
      ---
      """;

  @TempDir private Path base;
  private CliRig cli;

  @BeforeEach
  void makeRig() {
    cli = new CliRig(base);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # kind        | spec                                           | where              | what
          IPPool        | {cidr: 10.2.0.0/16, blockSice: 26}             | line 10, column 27 | field in document is not recognized or is in the wrong location: blockSice (spec.blockSice in two.yaml, line 10, column 27)
          NetworkPolicy | {ingress: [{action: Allow, sorce: {}}]}        | line 10, column 34 | field in document is not recognized or is in the wrong location: sorce (spec.ingress[0].sorce in two.yaml, line 10, column 34)
          IPPool        | {cidr: 10.2.0.0/33}                            | line 10, column 8  | error with field IPPool.Spec.CIDR = '10.2.0.0/33' (prefix length 33 is not in 0..32) at spec.cidr
          IPPool        | {cidr: 10.2.0.300/16}                          | line 10, column 8  | error with field IPPool.Spec.CIDR = '10.2.0.300/16' ('10.2.0.300' is not an IP address) at spec.cidr
          IPPool        | {cidr: 10.2.0.1/16}                            | line 10, column 8  | error with field IPPool.Spec.CIDR = '10.2.0.0/16' ('10.2.0.1/16' has bits set after its length, write 10.2.0.0/16) at spec.cidr
          IPPool        | {cidr: 10.2.0.0/16, cidr: a}                   | line 10, column 27 | field "cidr" is given twice
          IPPool        | {natOutgoing: true}                            | line 10, column 7  | spec.cidr: is required
          IPPool        | {cidr: 10.2.0.0/16, natOutgoing: maybe}        | line 10, column 27 | spec.natOutgoing: expected true or false (cannot unmarshal string into Go struct field IPPoolSpec.spec.natOutgoing of type bool)
          IPPool        | {cidr: 10.2.0.0/16, ipipMode: Some}            | line 10, column 27 | error with field IPIPMode = 'Some' (supported values: "Never", "Always", "CrossSubnet") at spec.ipipMode
          IPPool        | {cidr: 10.2.0.0/16, blockSize: big}            | line 10, column 27 | spec.blockSize: expected a number
          IPPool        | {cidr: 10.2.0.0/16                             | line 11, column 1  | expected ',' or '}'
          IPPool        | hello                                          | line 10, column 1  | spec: expected fields
          Node          | {bgp: {ipv4Address: 10.0.0/24}}                | line 10, column 14 | error with field IPv4Address = '10.0.0/24' ('10.0.0' is not an IP address) at spec.bgp.ipv4Address
          BGPPeer       | {peerIP: 192.0.2.1, asNumber: -1}              | line 10, column 27 | spec.asNumber: '-1' is not an AS number
          NetworkPolicy | {egress: [{destination: {ports: [70000]}}]}    | line 10, column 40 | spec.egress[0].destination.ports[0]: port 70000 is not in 0..65535 (cannot unmarshal number 70000 into Go struct field
          NetworkPolicy | {ingress: [{action: Perhaps}]}                 | line 10, column 19 | error with field Action = 'Perhaps' (supported values: "Allow", "Deny", "Log", "Pass") at spec.ingress[0].action
          NetworkPolicy | {ingress: {action: Allow}}                     | line 10, column 8  | spec.ingress: expected a list
          Gadget        | {}                                             | line 7, column 1   | unknown resource type (Gadget) and/or version (projectcalico.org/v3): expected kind to be one of BGPConfiguration, BGPFilter, BGPPeer,
          """)
  void whatCannotBeRead(String kind, String spec, String where, String what) throws Exception {
    cli.write(
        "two.yaml",
        GOOD
            + "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: {name: bad}\nspec: %s\n"
                .formatted(kind, spec));

    assertRefused(cli.run("apply", "-f", "two.yaml"), "two.yaml", where, what);
    assertNothingStored();
  }

  @Test
  void aKindOfSomeoneElse() throws Exception {
    cli.write(
        "two.yaml",
        GOOD + "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: bad}\n");

    assertRefused(
        cli.run("create", "-f", "two.yaml"),
        "two.yaml",
        "line 7, column 1",
        "unknown resource type (NetworkPolicy) and/or version (networking.k8s.io/v1): expected"
            + " apiVersion projectcalico.org/v3");
    assertNothingStored();
  }

  @Test
  void aDirectoryWithOneBadFile() throws Exception {
    cli.write("all/1.yaml", GOOD);
    cli.write("all/2.json", "{\"kind\": \"IPPool\", \"apiVersion\": \"projectcalico.org/v3\", \n}");

    assertRefused(cli.run("apply", "-f", "all"), "all/2.json", "", "failed to execute command: ");
    assertNothingStored();
  }

  /// All can be read, so each stands for itself, as with calicoctl.
  @Test
  void rulesThatAreBrokenByEach() throws Exception {
    cli.write("rules.yaml", RULES);

    Said said = cli.run("apply", "-f", "rules.yaml");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out())
        .isEqualTo(
            """
            Partial success: applied the first 3 out of 14 resources:
              Node(node1)
              IPPool(good)
              IPPool(known)
            """);
    assertThat(said.err()).startsWith("hit error: [").hasLineCount(11);
    for (String error :
        List.of(
            "IPPool(inside) in rules.yaml, line 11: error with field IPPool.Spec.CIDR = '10.1.2.0/24'"
                + " (overlaps with IP pool good, 10.1.0.0/16) at spec.cidr",
            "IPPool(nodes) in rules.yaml, line 16: error with field IPPool.Spec.CIDR = '192.0.2.0/26'"
                + " (overlaps with the network 192.0.2.0/24 of node node1)",
            "IPPool(blocks19) in rules.yaml, line 26: error with field spec (blockSize must be"
                + " between 20 and 32 for IPv4 pools, and between 116 and 128 for IPv6 pools) at"
                + " spec.blockSize = '19': an IPv4 pool has blocks of /20 to /32",
            "IPPool(blocks33) in rules.yaml, line 31: error with field spec (blockSize must be",
            "IPPool(blocks6) in rules.yaml, line 36: error with field spec (blockSize must be",
            "IPPool(tiny) in rules.yaml, line 41: error with field spec (IP pool size is too small for"
                + " use with Calico IPAM. It must be equal to or greater than the block size.) at"
                + " spec.cidr = '10.9.0.0/27'",
            "GlobalNetworkPolicy(selector) in rules.yaml, line 46: error with field Selector ="
                + " 'has(a' (is not a selector: ",
            "GlobalNetworkPolicy(ports) in rules.yaml, line 51: error with field Ports",
            "GlobalNetworkPolicy(nets) in rules.yaml, line 56: error with field Nets ="
                + " '10.0.0.0/40' (invalid CIDR) at spec.egress[0].destination.nets",
            "NetworkPolicy(default/tier) in rules.yaml, line 61: ",
            "BGPPeer(peer) in rules.yaml, line 66: error with field PeerIP = '300.1.1.1'")) {
      assertThat(said.err()).contains(error);
    }
    assertThat(cli.stored(ResourceKind.IP_POOL)).containsExactly("good", "known");
    assertThat(cli.stored(ResourceKind.GLOBAL_NETWORK_POLICY)).isEmpty();
    assertThat(cli.stored(ResourceKind.NETWORK_POLICY)).isEmpty();
    assertThat(cli.stored(ResourceKind.BGP_PEER)).isEmpty();
  }

  private static final String RULES =
      rules(
          "Node | node1 | {bgp: {ipv4Address: 192.0.2.1/24}}",
          "IPPool | good | {cidr: 10.1.0.0/16}",
          "IPPool | inside | {cidr: 10.1.2.0/24}",
          "IPPool | nodes | {cidr: 192.0.2.0/26}",
          "IPPool | known | {cidr: 192.0.2.0/24, disabled: true}",
          "IPPool | blocks19 | {cidr: 10.4.0.0/16, blockSize: 19}",
          "IPPool | blocks33 | {cidr: 10.4.0.0/16, blockSize: 33}",
          "IPPool | blocks6 | {cidr: 'fd00::/64', blockSize: 129}",
          "IPPool | tiny | {cidr: 10.9.0.0/27}",
          "GlobalNetworkPolicy | selector | {selector: has(a}",
          "GlobalNetworkPolicy | ports | {ingress: [{action: Allow, destination: {ports: [80]}}]}",
          "GlobalNetworkPolicy | nets | {egress: [{action: Allow, destination: {nets: [10.0.0.0/40]}}]}",
          "NetworkPolicy | tier | {tier: nowhere}",
          "BGPPeer | peer | {peerIP: 300.1.1.1, asNumber: 1}");

  /// Four lines each, and the mark between them.
  private static String rules(String... rows) {
    return Arrays.stream(rows)
        .map(row -> row.split(" \\| "))
        .map(
            cells ->
                "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: {name: %s}\nspec: %s\n"
                    .formatted((Object[]) cells))
        .collect(Collectors.joining("---\n"));
  }

  @Test
  void aPoolKeepsItsCidr() throws Exception {
    cli.write("pool.yaml", GOOD);
    assertThat(cli.run("create", "-f", "pool.yaml").exitCode()).isZero();
    assertThat(cli.run("create", "-f", "pool.yaml").err())
        .startsWith("failed to create 'IPPool' resource: [resource already exists: IPPool(good)");
    cli.write("pool.yaml", GOOD.replace("10.1.0.0", "10.2.0.0"));

    assertRefused(
        cli.run("replace", "-f", "pool.yaml"),
        "",
        "",
        "failed to replace 'IPPool' resource: [error with field IPPool.Spec.CIDR = '10.2.0.0/16'");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BRINDLE_DATASTORE_FILE | /proc/no/db | datastore file /proc/no/db cannot be made
          BRINDLE_DATASTORE_FILE | /dev/null   | /dev/null
          DATASTORE_TYPE         | kubernetes  | Kubernetes cannot be found: this is no pod
          DATASTORE_TYPE         | etcdv3      | etcdEndpoints (ETCD_ENDPOINTS) is not set
          DATASTORE_TYPE         | floppy      | floppy
          """)
  void aStoreThatCannotBeUsed(String variable, String value, String error) throws Exception {
    Said said = cli.run(Map.of(variable, value), "get", "pools");

    assertRefused(said, "Failed to create Calico API client: ", "", error);
  }

  @Test
  void anEtcdThatDoesNotAnswer() throws Exception {
    Said said =
        cli.run(
            Map.of("DATASTORE_TYPE", "etcdv3", "ETCD_ENDPOINTS", "http://127.0.0.1:9"),
            "get",
            "pools");

    assertRefused(said, "http://127.0.0.1:9", "it does not answer: ");
  }

  @Test
  void noDaemonToAsk() throws Exception {
    Said said = cli.run(Map.of("BRINDLE_RUN_DIR", base.toString()), "node", "status");

    assertRefused(
        said,
        "Calico process is not running. ",
        base.resolve("status.sock").toString(),
        "start it with: brindle node run");
  }

  private void assertNothingStored() {
    for (ResourceKind kind : ResourceKind.values()) {
      assertThat(cli.stored(kind)).as(kind.toString()).isEmpty();
    }
  }

  private static void assertRefused(Said said, String... parts) {
    assertThat(said.exitCode()).as(said.err()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).hasLineCount(1).contains(parts);
  }
}
