// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole commands, from arguments and documents to what is printed.
final class CalicoctlTest {

  private static final String POOL =
      """
      apiVersion: projectcalico.org/v3
      kind: IPPool
      metadata: {name: %s}
      spec: {cidr: %s}
      """;

  @TempDir private Path directory;

  private final MemoryDatastore store = new MemoryDatastore();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void appliesAndShowsPools() {
    assertThat(run(POOL.formatted("p", "10.0.0.0/16"), "apply", "-f", "-")).isZero();
    assertThat(out).hasToString("Successfully applied 1 'IPPool' resource(s)\n");
    assertThat(run("", "get", "pool", "-o", "wide")).isZero();
    assertThat(trimmed())
        .isEqualTo(
            """
            NAME   CIDR          NAT     IPIPMODE   VXLANMODE   DISABLED   DISABLEBGPEXPORT   SELECTOR   ASSIGNMENTMODE
            p      10.0.0.0/16   false   Never      Never       false      false              all()      Automatic
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipam show --ip=x", "ipam release --ip=x"})
  void anAddressThatIsNoneIsToldOnOutput(String arguments) {
    assertThat(run("", arguments.split(" ", -1))).isEqualTo(1);
    assertThat(out).hasToString("Error executing command: invalid IP address specified: x\n");
    assertThat(err.size()).isZero();
  }

  @Test
  void whatIpamIsToldKeepsAddressesOfMachinesUnlessItSaysOtherwise() {
    assertThat(run("", "ipam", "configure", "--strictaffinity=true")).isZero();
    assertThat(run("", "get", "ipamconfig", "default", "-o", "yaml")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("kubeVirtVMAddressPersistence: Enabled", "strictAffinity: true");
  }

  @Test
  void tellsHowManyPoliciesWereMoved() {
    assertThat(run("", "datastore", "migrate-policy-names")).isZero();
    assertThat(out).hasToString("Policy name migration complete, migrated 0 policies.\n");
  }

  @Test
  void convertsWhatIsOfV1() {
    String pool = "{apiVersion: v1, kind: ipPool, metadata: {cidr: %s}}";
    assertThat(run(pool.formatted("10.0.0.0/16"), "convert", "-f", "-")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("apiVersion: projectcalico.org/v3");
    assertThat(run(out.toString(StandardCharsets.UTF_8), "apply", "-f", "-")).isZero();

    String local = pool.formatted("169.254.0.0/16");
    assertThat(run(local, "convert", "-f", "-", "-o", "json")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--ignore-validation");
    String[] unchecked = {"convert", "-f", "-", "-o", "json", "--ignore-validation"};
    assertThat(run(local, unchecked)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"cidr\": \"169.254.0.0/16\"");

    assertThat(run(local, "convert", "-f", "-", "-o", "wide")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("unrecognized output format 'wide'\n");
    assertThat(run("# nothing\n", "convert", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("no resources specified in file -\n");
  }

  @Test
  void eachNameHasATableOfItsOwn() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    run(POOL.formatted("bb", "10.10.0.0/16"), "create", "-f", "-");
    assertThat(run("", "get", "pool", "a", "none", "bb")).isEqualTo(1);
    assertThat(trimmed())
        .isEqualTo(
            """
            NAME   CIDR          SELECTOR
            a      10.0.0.0/16   all()
            NAME   CIDR           SELECTOR
            bb     10.10.0.0/16   all()
            """);
    assertThat(err).hasToString("resource does not exist: IPPool(none) with error: <nil>\n");
  }

  @Test
  void tiersAreListedInTheirOrder() {
    String tier =
        "{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: zz}, spec: {order: 1}}";
    run(tier, "apply", "-f", "-");
    assertThat(run("", "get", "tiers", "-o", "yaml")).isZero();
    assertThat(
            out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("    name:")))
        .containsExactly(
            "    name: zz", "    name: kube-admin", "    name: default", "    name: kube-baseline");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--allow-version-mismatch get pool",
        "get --allow-version-mismatch pool",
        "get pool --allow-version-mismatch",
        "--allow-version-mismatch validate -f -"
      })
  void aMismatchIsAllowedAnywhere(String arguments) {
    assertThat(run(POOL.formatted("p", "10.0.0.0/16"), arguments.split(" ", -1))).isZero();
  }

  @Test
  void whatIsCheckedAloneHasAName() {
    String nameless = POOL.formatted("''", "10.0.0.0/16");
    assertThat(run(nameless, "validate", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("error with field Metadata.Name = ''");
  }

  @Test
  void whatNodesSayOfThemselvesStays() {
    String key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    String node =
        """
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: n1}
        spec: {bgp: {ipv4Address: 192.0.2.1/24}}
        """;
    assertThat(run(node + "status: {wireguardPublicKey: " + key + "}\n", "create", "-f", "-"))
        .isZero();
    assertThat(run(node, "apply", "-f", "-")).isZero();
    assertThat(run("", "get", "node", "n1", "-o", "yaml")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .endsWith("status:\n  wireguardPublicKey: %s\n".formatted(key));
    assertThat(run(node + "status: {wireguardPublicKey: x}\n", "validate", "-f", "-")).isEqualTo(1);
  }

  @Test
  void theFirstWriteMakesACluster() {
    assertThat(run("", "version")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("unable to retrieve Cluster Version or Type: there is no ClusterInformation\n");
    run(POOL.formatted("p", "10.0.0.0/16"), "apply", "-f", "-");
    assertThat(run("", "get", "tiers")).isZero();
    assertThat(trimmed())
        .isEqualTo(
            """
            NAME            ORDER
            kube-admin      1000
            default         1e+06
            kube-baseline   1e+07
            """);
    assertThat(run("", "version")).isZero();
    assertThat(trimmed())
        .startsWith("Client Version:    unknown\nGit commit:        unknown\n")
        .endsWith("Cluster Version:   unknown\nCluster Type:      unknown\n");
    String id = store.list(ResourceKind.CLUSTER_INFORMATION).toString();
    run(POOL.formatted("q", "10.1.0.0/16"), "create", "-f", "-");
    assertThat(store.list(ResourceKind.CLUSTER_INFORMATION)).hasToString(id);
  }

  /// However it is asked: without picocli, or with it.
  @ParameterizedTest
  @ValueSource(strings = {"version --client", "version --client -c x", "-l info version --client"})
  void itsOwnVersionNeedsNoStore(String command) {
    store.goDown("no disk");
    assertThat(run("", command.split(" ", -1))).isZero();
    assertThat(trimmed()).isEqualTo("Client Version:    unknown\nGit commit:        unknown\n");
  }

  @Test
  void aStoreThatIsDownIsSaidOnce() {
    store.goDown("no disk");
    assertThat(run(POOL.formatted("p", "10.0.0.0/16"), "apply", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no disk").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completesInAShell(String shell) throws IOException, InterruptedException {
    assertThat(run("", "completion", shell)).isZero();

    String script = out.toString(StandardCharsets.UTF_8);
    assertThat(script).contains("_complete_brindle", "bashcompinit", "checksystem", "--dry-run");
    Path file = Files.writeString(directory.resolve("completion"), script);
    Process bash = new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start();
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void printsByATemplate() throws IOException {
    run(POOL.formatted("p", "10.0.0.0/16"), "apply", "-f", "-");
    String template = "{{range .}}{{range .Items}}{{.Name}} {{.Spec.NATOutgoing}};{{end}}{{end}}";

    assertThat(run("", "get", "pools", "-o", "go-template=" + template)).isZero();
    assertThat(out).hasToString("p false;");
    assertThat(run("", "get", "pool", "p", "-o", "go-template={{range .}}{{.Spec.CIDR}}{{end}}"))
        .isZero();
    assertThat(out).hasToString("10.0.0.0/16");
    Path file = Files.writeString(directory.resolve("t"), template);
    assertThat(run("", "get", "pools", "-o", "go-template-file=" + file)).isZero();
    assertThat(out).hasToString("p false;");
  }

  @Test
  void everyCellEndsWithATabStop() {
    run(POOL.formatted("p", "10.0.0.0/16"), "apply", "-f", "-");
    run("", "get", "pool");
    assertThat(out)
        .hasToString("NAME   CIDR          SELECTOR   \np      10.0.0.0/16   all()      \n\n");
  }

  @Test
  void showsPoliciesOfAllNamespaces() {
    String yaml =
        """
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: web, namespace: prod}
        spec: {order: 1000000, selector: has(a)}
        ---
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: db}
        """;
    assertThat(run(yaml, "create", "-f", "-")).isZero();
    assertThat(run("", "get", "np", "-A", "-o", "wide")).isZero();
    assertThat(trimmed())
        .isEqualTo(
            """
            NAMESPACE   NAME   TIER      ORDER   SELECTOR
            default     db     default   <nil>
            prod        web    default   1e+06   has(a)
            """);
    assertThat(run("", "get", "np", "web", "-n", "prod", "-o", "custom-columns=NAME,SELECTOR"))
        .isZero();
    assertThat(trimmed()).isEqualTo("NAME   SELECTOR\nweb    has(a)\n");
  }

  @Test
  void tellsWhatWasDoneAndWhatNot() {
    String yaml = POOL.formatted("a", "10.0.0.0/16") + "---\n" + POOL.formatted("b", "10.0.1.0/24");
    assertThat(run(yaml, "create", "-f", "-")).isEqualTo(1);
    assertThat(out)
        .hasToString(
            "Partial success: created the first 1 out of 2 'IPPool' resources:\n  IPPool(a)\n");
    assertThat(err)
        .hasToString(
            "hit error: [IPPool(b) in standard input, line 6: error with field IPPool.Spec.CIDR ="
                + " '10.0.1.0/24' (overlaps with IP pool a, 10.0.0.0/16) at spec.cidr]\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          inside the nodes' network | {cidr: 192.0.2.64/26}                             | no
          around it                 | {cidr: 192.0.0.0/16}                              | no
          the other family          | {cidr: "fd00:2::/64"}                             | no
          beside it                 | {cidr: 192.0.3.0/24}                              |
          only to be known          | {cidr: 192.0.2.0/24, disabled: true}              |
          for load balancers        | {cidr: 192.0.2.0/24, allowedUses: [LoadBalancer]} |
          """)
  void poolsAndTheNetworksOfNodes(String story, String spec, @Nullable String refused) {
    String documents =
        """
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: n1}
        spec: {bgp: {ipv4Address: 192.0.2.1/24, ipv6Address: "fd00:2::1/64"}}
        ---
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: p}
        spec: %s
        """
            .formatted(spec);

    assertThat(run(documents, "apply", "-f", "-")).isEqualTo(refused == null ? 0 : 1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(refused == null ? "" : " of node n1) at spec.cidr]");
  }

  @Test
  void aPoolThatIsEnabledIsCheckedAgain() {
    run(POOL.formatted("p", "192.0.2.0/24, disabled: true"), "apply", "-f", "-");
    run(
        """
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: n1}
        spec: {bgp: {ipv4Address: 192.0.2.1/24}}
        """,
        "apply",
        "-f",
        "-");

    assertThat(run(POOL.formatted("p", "192.0.2.0/24"), "apply", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("(overlaps with the network 192.0.2.0/24 of node n1)");
  }

  @Test
  void aNamespaceThatDoesNotFitIsNamedWithItsDocument() {
    String yaml = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: %s}\n";
    String both = yaml.formatted("a") + "---\n" + yaml.formatted("b, namespace: prod");

    assertThat(run(both, "apply", "-n", "test", "-f", "-")).isEqualTo(1);

    assertThat(err)
        .hasToString(
            "NetworkPolicy(prod/b) in standard input, line 5: resource namespace does not match"
                + " client namespace. prod != test\n");
    assertThat(store.list(ResourceKind.NETWORK_POLICY)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get --help       | Usage: brindle get [
          ipam show --help | Usage: brindle ipam show [
          --help           | Usage: brindle [
          node --help      | brindle node run --help
          """)
  void helpCallsTheProgramAsItWasCalled(String arguments, String expected) {
    assertThat(run("", arguments.split(" ", -1))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ")).contains(expected);
  }

  @Test
  void aNamespaceOfAClusterKindIsRefusedWithItsDocument() {
    String pool = POOL.formatted("a, namespace: prod", "10.0.0.0/16");

    assertThat(run(pool, "apply", "-f", "-")).isEqualTo(1);

    assertThat(err)
        .hasToString(
            "IPPool(prod/a) in standard input, line 1: namespace should not be specified for a"
                + " non-namespaced resource. IPPool is not a namespaced resource\n");
    assertThat(store.list(ResourceKind.IP_POOL)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          HostEndpoint        | {node: n1, interfaceName: eth0} |
          StagedNetworkPolicy | {}                       | warning: StagedNetworkPolicy(default/x): a staged policy is not enforced
          GlobalNetworkPolicy | {doNotTrack: true, applyOnForward: true} |
          GlobalNetworkPolicy | {preDNAT: true, applyOnForward: true} |
          GlobalNetworkPolicy | {applyOnForward: true}   |
          """)
  void saysWhatIsStoredInVain(String kind, String spec, @Nullable String warning) {
    String document =
        "{apiVersion: projectcalico.org/v3, kind: %s, metadata: {name: x}, spec: %s}"
            .formatted(kind, spec);

    assertThat(run(document, "apply", "-f", "-")).isZero();

    assertThat(out).hasToString("Successfully applied 1 '%s' resource(s)\n".formatted(kind));
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith(warning == null ? "" : warning);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(warning == null ? 0 : 1);
  }

  @Test
  void whatANodeSaidStaysWhenItIsAskedSomethingElse() {
    store.create(
        ResourceCodec.readStored(
            ResourceKind.CALICO_NODE_STATUS,
            """
            {"metadata": {"name": "s"}, "spec": {"node": "n1"}, "status": {"lastUpdated": "now"}}
            """));
    String document =
        """
        apiVersion: projectcalico.org/v3
        kind: CalicoNodeStatus
        metadata: {name: s}
        spec: {node: n2, classes: [Agent], updatePeriodSeconds: 10}
        """;

    assertThat(run(document, "apply", "-f", "-")).isZero();

    run("", "get", "nodestatus", "s", "-o", "yaml");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("node: n2", "lastUpdated: now");
  }

  /// As calicoctl shows it; and a file that was read back, with what was said then, changes nothing
  /// of it.
  @Test
  void whatIsSaidOfAPoolIsShownAndStays() {
    store.create(
        ResourceCodec.readStored(
            ResourceKind.IP_POOL,
            """
            {"metadata": {"name": "a"}, "spec": {"cidr": "10.0.0.0/16"}, "status": {"conditions":
            [{"type": "Allocatable", "status": "True", "lastTransitionTime":
            "2026-11-22T00:00:00Z", "reason": "OK", "message": ""}]}}
            """));
    String said =
        """
        status:
          conditions:
          - lastTransitionTime: "2026-11-22T00:00:00Z"
            message: ""
            reason: OK
            status: "True"
            type: Allocatable
        """;
    String file = POOL.formatted("a", "10.0.0.0/16, natOutgoing: true");

    assertThat(run(file, "apply", "-f", "-")).isZero();
    assertThat(run(file + "status: {conditions: []}\n", "replace", "-f", "-")).isZero();
    assertThat(run("", "patch", "pool", "a", "-p", "{\"spec\": {\"natOutgoing\": false}}"))
        .isZero();
    assertThat(run("", "label", "pool", "a", "b=c")).isZero();

    run("", "get", "pool", "a", "-o", "yaml");
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith(said);
    run("", "get", "pool", "a", "-o", "json");
    assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", ""))
        .endsWith(
            "\"status\":{\"conditions\":[{\"type\":\"Allocatable\",\"status\":\"True\","
                + "\"lastTransitionTime\":\"2026-11-22T00:00:00Z\",\"reason\":\"OK\","
                + "\"message\":\"\"}]}}");
  }

  @Test
  void oneFailureIsOneLine() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    assertThat(run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("failed to create 'IPPool' resource: [resource already exists: IPPool(a) ");
    assertThat(run(POOL.formatted("a", "10.0.0.0/16"), "create", "--skip-exists", "-f", "-"))
        .isZero();
  }

  @Test
  void aPoolKeepsItsCidr() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    assertThat(run(POOL.formatted("a", "10.1.0.0/16"), "replace", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot be changed");
  }

  @Test
  void anOldRevisionIsAConflict() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    String old = POOL.formatted("a, resourceVersion: \"999\"", "10.0.0.0/16");
    assertThat(run(old, "replace", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(
            "update conflict: IPPool(a) (the document is of revision 999, the store has 5: get");
    assertThat(run(old, "delete", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("Failed to delete 'IPPool' resource: update conflict: IPPool(a) (the document");
  }

  @Test
  void aPoolGoesWithItsClaims() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    claim("10.0.0.0/26", List.of(), "n1");
    claim("10.0.0.64/26", List.of(3), "n1");
    assertThat(run("", "delete", "pool", "a")).isZero();
    assertThat(out).hasToString("Successfully deleted 1 'IPPool' resource(s)\n");
    assertThat(store.list(ResourceKind.BLOCK_AFFINITY)).isEmpty();
    assertThat(store.list(ResourceKind.IPAM_BLOCK))
        .singleElement()
        .satisfies(
            block -> assertThat(((IpamBlock) block).spec().affinity()).isEqualTo(Optional.empty()));
  }

  @Test
  void aNodeGoesWithItsAddressesAndClaims() {
    String yaml =
        POOL.formatted("a", "10.0.0.0/16")
            + """
            ---
            apiVersion: projectcalico.org/v3
            kind: Node
            metadata: {name: n2}
            ---
            apiVersion: projectcalico.org/v3
            kind: BGPPeer
            metadata: {name: p}
            spec: {node: n2, peerIP: 192.0.2.1, asNumber: 64513}
            """;
    assertThat(run(yaml, "create", "-f", "-")).isZero();
    claim("10.0.0.0/26", List.of(3), "n1");
    claim("10.0.0.64/26", List.of(0, 9), "n2");
    assertThat(run("", "delete", "node", "n2")).isZero();
    assertThat(run("", "ipam", "show", "--ip=10.0.0.3")).isZero();
    assertThat(out).hasToString("10.0.0.3 is not assigned\n");
    assertThat(store.list(ResourceKind.BLOCK_AFFINITY))
        .singleElement()
        .satisfies(claim -> assertThat(claim.metadata().name()).startsWith("n1-"));
    assertThat(store.list(ResourceKind.IPAM_BLOCK)).hasSize(1);
    assertThat(store.list(ResourceKind.BGP_PEER)).isEmpty();
    assertThat(store.list(ResourceKind.NODE)).isEmpty();
  }

  @Test
  void showsAndFreesAddresses() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    claim("10.0.0.0/26", List.of(3), "n1");
    run("", "ipam", "show", "--show-blocks");
    assertThat(out)
        .hasToString(
            """
            +----------+-------------+-----------+------------+--------------+--------------+
            | GROUPING | CIDR        | IPS TOTAL | IPS IN USE | IPS RESERVED | IPS FREE     |
            +----------+-------------+-----------+------------+--------------+--------------+
            | IP Pool  | 10.0.0.0/16 |     65536 |     1 (0%) |       0 (0%) | 65535 (100%) |
            | Block    | 10.0.0.0/26 |        64 |     1 (2%) |       0 (0%) |     63 (98%) |
            +----------+-------------+-----------+------------+--------------+--------------+
            """);
    run("", "ipam", "show", "--ip=10.0.0.3");
    assertThat(out)
        .hasToString(
            """
            IP 10.0.0.3 is in use
            Handle ID: h
            Active Owner Attributes:
              node: n2
              pod: web
            """);
    run("", "ipam", "show", "--show-borrowed");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("| 10.0.0.3 | n2 ");
    assertThat(run("", "ipam", "release", "--ip=10.0.0.3")).isZero();
    assertThat(out).hasToString("Successfully released IP address 10.0.0.3\n");
    assertThat(run("", "ipam", "release", "--ip=10.0.0.3")).isEqualTo(1);
    assertThat(err).hasToString("IP address 10.0.0.3 is not assigned\n");
  }

  @Test
  void configuresIpam() {
    assertThat(run("", "ipam", "configure", "--strictaffinity=true")).isZero();
    assertThat(out).hasToString("Successfully set StrictAffinity to: true\n");
    assertThat(run("", "ipam", "configure")).isEqualTo(1);
    assertThat(err).hasToString("at least one configuration option must be specified\n");
  }

  @Test
  void labelsAndPatches() {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");
    assertThat(run("", "label", "pool", "a", "k=v")).isZero();
    assertThat(out).hasToString("Successfully set label k on pool a\n");
    assertThat(run("", "label", "pool", "a", "k=w")).isEqualTo(1);
    assertThat(run("", "patch", "pool", "a", "-p", "{\"spec\":{\"natOutgoing\":true}}")).isZero();
    run("", "get", "pool", "a", "--export", "-o", "yaml");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("natOutgoing: true")
        .contains("k: v")
        .doesNotContain("uid");
  }

  @Test
  void labelsMayBeRemovedWithTheOptionAnywhere() {
    run(POOL.formatted("a, labels: {k: v, l: w, m: x}", "10.0.0.0/16"), "create", "-f", "-");

    assertThat(run("", "label", "pool", "a", "--remove", "k")).isZero();
    assertThat(out).hasToString("Successfully removed label k from pool a\n");
    assertThat(run("", "label", "pool", "a", "l", "--remove")).isZero();
    assertThat(run("", "label", "--remove", "pool", "a", "l")).isEqualTo(1);
    assertThat(err).hasToString("cannot remove label of pool a, key l does not exist\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"spec": {"natOutgoin": true}}    | field in document is not recognized or is in the wrong location: natOutgoin (spec.natOutgoin)
          {"spec": {"natOutgoing": "yes!"}} | performing strategic merge patch: spec.natOutgoing: expected true or false (cannot unmarshal string into Go struct field IPPoolSpec.spec.natOutgoing of type bool)
          {"spec": {"cidr": "10.9.0.0/16"}} | updating existing resource: error with field IPPool.Spec.CIDR = '10.9.0.0/16' (cannot be changed, it is 10.0.0.0/16) at spec.cidr
          {"metadata": {"name": "b"}}       | performing strategic merge patch: a patch cannot turn IPPool(a) into IPPool(b)
          {                                 | performing strategic merge patch: the patch is not JSON: Unexpected end-of-input: expected close marker for Object
          """)
  void patchesThatCannotBeMade(String patch, String error) {
    run(POOL.formatted("a", "10.0.0.0/16"), "create", "-f", "-");

    assertThat(run("", "patch", "pool", "a", "-p", patch)).isEqualTo(1);

    assertThat(err).hasToString(error + "\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          patch pool -p x          | accepts 2 arg(s), KIND NAME, received 1
          patch pool a b -p x      | accepts 2 arg(s), KIND NAME, received 3
          label pool a             | requires at least 3 arg(s), KIND NAME KEY=VALUE, only received 2
          label pool a k=v         | pool a not found
          got pools                | unknown command 'got': --help shows what there is
          ipam shew                | unknown command 'shew': --help shows what there is
          node status now          | unexpected argument 'now': --help shows what there is
          get livemigrations       | failed to get resources: resource type 'livemigrations' is not supported
          get foo                  | failed to get resources: resource type 'foo' is not supported
          get                      | failed to get resources: expected -f FILE, or a kind of resource and a name
          completion fish          | expected the name of a shell: bash or zsh
          get pool -o go-template  | need to specify a template
          get pool -o go-template-file= | need to specify a template file
          get pool -o go-template-file=/no | cannot read the template /no: /no
          get pool -o go-template={{x}} | template: {{x}}: function "x" not defined
          get pool -o html         | unrecognized output format 'html'
          get pool -o custom-columns=X | unknown heading X, valid values are: NAME, CIDR, NAT, IPIPMODE, VXLANMODE, DISABLED, DISABLEBGPEXPORT, SELECTOR, ASSIGNMENTMODE
          get pool -n x            | IPPool is not namespaced
          get np -A -n x           | cannot use both --namespace and --all-namespaces flags at the same time
          get np web -A            | cannot use --all-namespace flag for getting a single resource
          get pool x               | resource does not exist: IPPool(x) with error: <nil>
          delete tier default      | Failed to delete 'Tier' resource: operation delete is not supported on Tier(default): every cluster has this tier
          delete pool x            | Failed to delete 'IPPool' resource: resource does not exist: IPPool(x) with error: <nil>
          get pool -m              | unknown shorthand flag: 'm' in -m
          get pool --nosuch=1      | unknown flag: --nosuch
          --nosuch get pool        | unknown flag: --nosuch
          delete np knp.default.a  | Failed to delete 'NetworkPolicy' resource: operation delete is not supported on NetworkPolicy(default/knp.default.a): kubernetes network policies must be managed through the kubernetes API
          get pool x -o wide       | resource does not exist: IPPool(x) with error: <nil>
          get pool x -o custom-columns=NAME | resource does not exist: IPPool(x) with error: <nil>
          apply -f /no/such/file   | failed to execute command: open /no/such/file: no such file or directory
          -l loud get pool         | unknown log level: loud, expected one of: panic, fatal, error, warn, info, debug
          datastore                | expected one of: datastore migrate, migrate-policy-names
          datastore migrate import -f x | invalid datastore type: embedded to import to for datastore migration. Datastore type must be kubernetes
          datastore migrate        | expected one of: datastore migrate export, import, lock, unlock
          node run                 | the daemon is started by the launcher, and only if 'node run' comes first: brindle node run [FLAGS]
          """)
  void refusesInOneText(String arguments, String expected) {
    assertThat(run("", arguments.split(" ", -1))).isEqualTo(1);
    assertThat(err).hasToString(expected + "\n");
    assertThat(out.size()).isZero();
  }

  /// Who reads YAML or JSON gets a whole document, also of nothing.
  @Test
  void whatIsNotThereIsNullInYamlAndJson() {
    assertThat(run("", "get", "pool", "x", "y", "-o", "yaml")).isEqualTo(1);
    assertThat(out).hasToString("null\n");
    assertThat(err)
        .hasToString(
            """
            resource does not exist: IPPool(x) with error: <nil>
            resource does not exist: IPPool(y) with error: <nil>
            """);
    assertThat(run("", "get", "pool", "x", "-o", "json")).isEqualTo(1);
    assertThat(out).hasToString("null");
    assertThat(run("", "get", "pool", "-o", "yaml")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("items: []");
  }

  /// And a template gets a list without items.
  @ParameterizedTest
  @CsvSource({
    "{{.}}, []",
    "{{len .}}, 0",
    "'{{range .}}{{.Metadata.Name}}{{else}}none{{end}}', none"
  })
  void aTemplateOfWhatIsNotThereGetsAnEmptyList(String template, String expected) {
    assertThat(run("", "get", "pool", "x", "-o", "go-template=" + template)).isEqualTo(1);
    assertThat(out).hasToString(expected);
    assertThat(err).hasToString("resource does not exist: IPPool(x) with error: <nil>\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {cidr: 10.0.0.0/16, cdir: x}  | field in document is not recognized or is in the wrong location: cdir (spec.cdir in standard input, line 4, column 27)
          {cidr: 10.0.0.0/16            | failed to execute command: standard input: line 5, column 1:
          {cidr: 10.0.0.0/99}           | failed to execute command: standard input: line 4, column
          """)
  void badDocumentsSayWhere(String spec, String expected) {
    String yaml = "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: a}\nspec: ";
    assertThat(run(yaml + spec + "\n", "apply", "-f", "-")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith(expected);
    assertThat(store.list(ResourceKind.IP_POOL)).isEmpty();
  }

  private void claim(String block, List<Integer> taken, String node) {
    Cidr cidr = Cidr.parse(block);
    List<Integer> allocations = new ArrayList<>();
    IntStream.range(0, 64).forEach(i -> allocations.add(taken.contains(i) ? 0 : IpamBlock.FREE));
    var attribute =
        new IpamBlock.Attribute(
            "h", Map.of("node", "n2", "pod", "web"), Map.of(), Optional.empty());
    String name = block.replace('.', '-').replace('/', '-');
    store.create(
        new IpamBlock(
            Metadata.named(name),
            new IpamBlock.Spec(
                cidr,
                Optional.of("host:" + node),
                "",
                allocations,
                IntStream.range(0, 64).filter(i -> !taken.contains(i)).boxed().toList(),
                taken.isEmpty() ? List.of() : List.of(attribute),
                1,
                Map.of(),
                false)));
    store.create(
        new BlockAffinity(
            Metadata.named(node + "-" + name),
            new BlockAffinity.Spec(BlockAffinity.State.CONFIRMED, node, "host", cidr, false)));
  }

  private int run(String in, String... args) {
    out.reset();
    err.reset();
    var world =
        new Surroundings(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            "brindle");
    return new Calicoctl(world, _ -> store).execute(args);
  }

  private String trimmed() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty())
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }
}
