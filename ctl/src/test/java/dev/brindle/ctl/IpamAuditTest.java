// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.ipam.Reserve;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `ipam check`, what its report releases, and `ipam split`.
final class IpamAuditTest {

  @TempDir private Path directory;

  private final Console console = new Console();
  private final Allocator allocator = new Allocator(console.store());

  private String address(String handle, String pod, String node) {
    return allocator
        .autoAssign(
            AssignRequest.forWorkload(
                1, 0, handle, Map.of("pod", pod, "namespace", "ns", "node", node), node))
        .addresses()
        .getFirst()
        .toString();
  }

  private void endpoint(String pod, String address) {
    console.apply(
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-%s-eth0, namespace: ns}
        spec: {node: n1, orchestrator: k8s, pod: %s, endpoint: eth0, interfaceName: cali1, ipNetworks: [%s/32]}
        """
            .formatted(pod, pod, address));
  }

  private void pool() {
    console.apply("kind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/26}\n");
  }

  private void service(String name, KubernetesService.Type type, String address) {
    console
        .store()
        .create(
            new KubernetesService(
                Metadata.named("ns", name),
                new KubernetesService.Spec(
                    type,
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    List.of(IpAddress.parse(address)),
                    Optional.empty(),
                    List.of())));
  }

  /// One service has its address, one has another's, one gave its back and nobody noticed.
  @Test
  void servicesUseAddressesToo() {
    pool();
    Cidr cidr = Cidr.parse("10.0.0.0/30");
    Block block = Block.unused(cidr, BlockOwner.LOAD_BALANCER, Instant.EPOCH, 1);
    for (String address : List.of("10.0.0.1", "10.0.0.2")) {
      var holder = new IpamBlock.Attribute("lb-" + address, Map.of(), Map.of(), Optional.empty());
      block = block.assign(IpAddress.parse(address), holder).block();
    }
    console.store().create(block.resource());
    service("web", KubernetesService.Type.LOAD_BALANCER, "10.0.0.1");
    service("cloud", KubernetesService.Type.LOAD_BALANCER, "192.0.2.1");
    service("inside", KubernetesService.Type.CLUSTER_IP, "10.0.0.2");

    assertThat(console.run("", "ipam", "check", "--show-problem-ips")).isZero();

    assertThat(console.out())
        .contains("Found 1 service load balancer(s).\n")
        .contains("  10.0.0.2 leaked; ")
        .doesNotContain("10.0.0.1 leaked", "192.0.2.1");
  }

  /// What a node has booked ahead is in use, and no leak.
  @Test
  void theReserveIsNoProblem() {
    pool();
    endpoint("web", address("net.web", "web", "n1"));
    allocator.autoAssign(
        AssignRequest.forWorkload(
            2, 0, Reserve.handle("n1"), Map.of("node", "n1", "type", Reserve.TYPE), "n1"));

    assertThat(console.run("", "ipam", "check", "--show-problem-ips")).isZero();

    assertThat(console.out())
        .contains("IPAM blocks record 3 allocations.")
        .doesNotContain("leaked")
        .contains("Check complete; found 0 problems.");
  }

  @Test
  void allIsWell() {
    pool();
    endpoint("web", address("net.web", "web", "n1"));
    console.apply(
        "kind: Node\nmetadata: {name: n1}\nspec: {ipv4VXLANTunnelAddr: %s}\n"
            .formatted(address("vxlan-tunnel-addr-n1", "", "n1")));

    assertThat(console.run("", "ipam", "check")).isZero();

    assertThat(console.out())
        .isEqualTo(
            """
            Checking IPAM for inconsistencies...

            Loading all IPAM blocks...
            Found 1 IPAM blocks.
             IPAM block 10.0.0.0/26 affinity=host:n1:
            IPAM blocks record 2 allocations.

            Loading all IPAM pools...
              10.0.0.0/26
            Found 1 active IP pools.

            Loading all nodes.
            Found 1 node tunnel IPs.

            Loading all service load balancer IPs.
            Found 0 service load balancer(s).

            Loading all workload endpoints.
            Found 1 workload IPs.
            Workloads and nodes are using 2 IPs.

            Loading all handles

            Looking for top (up to 20) nodes by allocations...
              n1 has 2 allocations
            Node with most allocations has 2; median is 2

            Scanning for IPs that are allocated but not actually in use...
            Found 0 IPs that are allocated in IPAM but not actually in use.

            Scanning for IPs that are in use by a workload or node but not allocated in IPAM...
            Found 0 in-use IPs that are not in active IP pools.
            Found 0 in-use IPs that are in active IP pools but have no corresponding IPAM allocation.

            Scanning for IPAM handles with no matching IPs...
            Found 0 handles with no matching IPs (and 2 handles with matches).

            Scanning for IPs with missing handle...
            Found 0 handles mentioned in blocks with no matching handle resource.

            Validating IPAMBlock structures...
            Found 0 invalid IPAMBlocks.

            Check complete; found 0 problems.
            """);
  }

  @Test
  void everyProblemIsNamed() {
    pool();
    String leaked = address("net.gone", "gone", "n1");
    endpoint("odd", "10.0.0.60");
    endpoint("far", "192.0.2.1");
    console.store().delete(ResourceKey.of(ResourceKind.IPAM_HANDLE, "net.gone"));
    console
        .store()
        .create(
            ResourceCodec.readStored(
                ResourceKind.IPAM_HANDLE,
                """
                {"metadata": {"name": "net.old"}, "spec": {"handleID": "net.old", "block": {}}}
                """));
    console
        .store()
        .create(
            ResourceCodec.readStored(
                ResourceKind.IPAM_BLOCK,
                """
                {"metadata": {"name": "10-9-0-0-31"},
                 "spec": {"cidr": "10.9.0.0/31", "allocations": [1, null], "unallocated": [0, 0, 5],
                          "attributes": [{"releasedAt": "2999-01-01T00:00:00Z"}]}}
                """));

    assertThat(console.run("", "ipam", "check", "--show-problem-ips")).isZero();

    assertThat(console.out())
        .contains(
            "  %s leaked; attrs namespace=ns node=n1 pod=gone\n".formatted(leaked),
            "Found 1 IPs that are allocated in IPAM but not actually in use.\n",
            "  192.0.2.1 in use by Workload(ns/n1-k8s-far-eth0) is not in any active IP pool.\n",
            "  10.0.0.60 in use by Workload(ns/n1-k8s-odd-eth0) and in active IPAM pool but has no"
                + " IPAM allocation.\n",
            "  net.old doesn't have any active IPs.\n",
            "Found 1 handles with no matching IPs (and 0 handles with matches).\n",
            "  net.gone doesn't have a handle resource.\n",
            "  10.9.0.0/31: ordinal 0 has attribute 1, which is not there; no address has attribute"
                + " 0; ordinal 0 is free and allocated; ordinal 0 is free twice; ordinal 5 is free,"
                + " and not in the block; 1 addresses are allocated and 3 free, of 2; attribute 0"
                + " was released at 2999-01-01T00:00:00Z, which is not past\n",
            "Found 1 invalid IPAMBlocks.\n")
        .endsWith("Check complete; found 6 problems.\n");
  }

  private Path report(String name) {
    Path file = directory.resolve(name);
    assertThat(console.run("", "ipam", "check", "-o", file.toString())).isZero();
    return file;
  }

  @Test
  void aReportReleasesWhatIsStillAsItWas() {
    pool();
    String leaked = address("net.gone", "gone", "n1");
    String other = address("net.other", "other", "n1");
    endpoint("web", address("net.web", "web", "n1"));
    console.run("", "datastore", "migrate", "lock");
    String first = report("first").toString();
    endpoint("late", other);
    String second = report("second").toString();

    assertThat(
            console.run("", "ipam", "release", "--from-report", first, "--from-report=" + second))
        .as(console.err())
        .isZero();

    assertThat(console.out())
        .isEqualTo(
            """
            Releasing 1 old IPs...
            Released 1 IPs successfully
            0 addresses marked as leaked in the report had already been cleaned up.
            Report didn't contain any handles to clean up.
            You may now unlock the data store.
            """);
    assertThat(allocator.assignment(IpAddress.parse(leaked))).isEmpty();
    assertThat(allocator.assignment(IpAddress.parse(other))).isPresent();
    assertThat(allocator.addressesOf("net.gone")).isEmpty();

    console.run("", "ipam", "release", "--from-report", first + "," + second);
    assertThat(console.out()).contains("Released 0 IPs successfully\n1 addresses marked as leaked");
  }

  @Test
  void whoGotTheAddressNextKeepsIt() {
    console.apply("kind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/32, blockSize: 32}\n");
    String address = address("net.a", "a", "n1");
    console.run("", "datastore", "migrate", "lock");
    String report = report("report").toString();
    allocator.releaseByHandle("net.a");
    assertThat(address("net.a", "a", "n1")).isEqualTo(address);

    assertThat(console.run("", "ipam", "release", "--from-report", report)).isZero();

    assertThat(console.out()).contains("Released 0 IPs successfully");
    assertThat(allocator.assignment(IpAddress.parse(address))).isPresent();
  }

  @Test
  void whoUsesTheAddressByNowKeepsIt() {
    pool();
    String address = address("net.a", "a", "n1");
    console.run("", "datastore", "migrate", "lock");
    String report = report("report").toString();
    endpoint("a", address);

    assertThat(console.run("", "ipam", "release", "--from-report", report)).isZero();

    assertThat(console.out())
        .startsWith("Releasing 1 old IPs...\n1 addresses are in use now and stay.\nReleased 0 IPs");
    assertThat(allocator.assignment(IpAddress.parse(address))).isPresent();
  }

  @Test
  void handlesWithoutAddressesGo() {
    pool();
    for (String handle : List.of("a", "b")) {
      console
          .store()
          .create(
              ResourceCodec.readStored(
                  ResourceKind.IPAM_HANDLE,
                  "{\"metadata\": {\"name\": \"%s\"}, \"spec\": {\"handleID\": \"%s\"}}"
                      .formatted(handle, handle)));
    }
    console.run("", "datastore", "migrate", "lock");
    String report = report("report").toString();
    console.store().delete(ResourceKey.of(ResourceKind.IPAM_HANDLE, "b"));

    assertThat(console.run("", "ipam", "release", "--from-report", report)).isZero();

    assertThat(console.out())
        .contains(
            "Report didn't contain any leaked IPs to clean up.\nDeleting 2 handles...\n",
            "Released 1 handles; 1 skipped; 0 errors.\n");
    assertThat(console.store().list(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          another cluster | "clusterGUID" : "[^"]*" | "clusterGUID" : "x" | cluster does not match the provided report (FILE): mismatched cluster GUID. Refusing to release
          another version | "version" : "[^"]*"     | "version" : "v0"    | cluster does not match the provided report (FILE): it was made by version v0, this is unknown
          long ago        | "clusterInformationRevision" : "[^"]*" | "clusterInformationRevision" : "1" | cluster does not match the provided reports: none is of the current revision
          not a report    | [{]                     | (                   | FILE is no report of ipam check: Unexpected character
          """)
  void reportsThatDoNotFit(String story, String pattern, String replacement, String error)
      throws IOException {
    pool();
    console.run("", "datastore", "migrate", "lock");
    Path file = report("report");
    Files.writeString(file, Files.readString(file).replaceFirst(pattern, replacement));

    assertThat(console.run("", "ipam", "release", "--from-report", file.toString())).isEqualTo(1);

    assertThat(console.err()).startsWith(error.replace("FILE", file.toString()));
  }

  @Test
  void whoReleasesOpenlyMustSayItTwice() {
    pool();
    address("net.gone", "gone", "n1");
    String report = report("report").toString();

    assertThat(console.run("", "ipam", "release", "--from-report", report)).isEqualTo(1);
    assertThat(console.err()).startsWith("datastore is not locked.");
    assertThat(console.run("", "ipam", "release", "--from-report", report, "--force")).isZero();
    assertThat(console.err()).startsWith("WARNING: datastore is not locked.");
    assertThat(console.out()).contains("Released 1 IPs successfully\n");
  }

  @Test
  void splitsAPool() {
    console.apply(
        """
        kind: IPPool
        metadata: {name: p, labels: {a: b}}
        spec: {cidr: 10.0.0.0/22, natOutgoing: true}
        """);
    String address = address("net.a", "a", "n1");
    assertThat(console.run("", "ipam", "split", "4", "--name=p")).isEqualTo(1);
    assertThat(console.err()).startsWith("datastore is not locked.");
    console.run("", "datastore", "migrate", "lock");

    assertThat(console.run("", "ipam", "split", "4", "--cidr=10.0.0.0/22")).isZero();

    assertThat(console.out())
        .isEqualTo(
            """
            IP Pool p was successfully split into 4 smaller pools.\
            Created split-p-0 with CIDR 10.0.0.0/24.
            Created split-p-1 with CIDR 10.0.1.0/24.
            Created split-p-2 with CIDR 10.0.2.0/24.
            Created split-p-3 with CIDR 10.0.3.0/24.
            Please refer to the documentation for final steps.\
            """);
    assertThat(console.store().list(ResourceKind.IP_POOL))
        .hasSize(4)
        .allSatisfy(
            pool -> {
              assertThat(((IpPool) pool).spec().natOutgoing()).isTrue();
              assertThat(pool.metadata().labels()).isEqualTo(Map.of("a", "b"));
            });
    assertThat(allocator.assignment(IpAddress.parse(address))).isPresent();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 --name=p        | number to split CIDR into is not a valid power of 2: 3
          1 --name=p        | number to split CIDR into is not a valid power of 2: 1
          x --name=p        | number to split CIDR into is not a valid power of 2: x
          2 --name=p        | the CIDR 10.0.0.0/26 is not large enough to be split into 2 parts
          2 --name=q        | unable to find IP pool with name q
          2 --cidr=10.0.0.0/8 | unable to find IP pool covering the specified CIDR 10.0.0.0/8
          2                 | expected either --cidr CIDR or --name NAME
          --name=p          | accepts 1 arg(s), NUMBER, received 0
          """)
  void whatCannotBeSplit(String arguments, String error) {
    pool();
    console.run("", "datastore", "migrate", "lock");

    assertThat(console.run("", ("ipam split " + arguments).split(" ", -1))).isEqualTo(1);

    assertThat(console.err()).isEqualTo(error + "\n");
    assertThat(console.store().list(ResourceKind.IP_POOL)).hasSize(1);
  }

  @Test
  void locksAndUnlocks() {
    pool();
    assertThat(console.run("", "datastore", "migrate", "lock")).isZero();
    assertThat(console.out()).isEqualTo("Datastore locked.\n");
    assertThat(isReady()).contains(false);
    assertThat(console.run("", "datastore", "migrate", "unlock")).isZero();
    assertThat(console.out()).isEqualTo("Datastore unlocked.\n");
    assertThat(isReady()).contains(true);
  }

  private Optional<Boolean> isReady() {
    return console
        .store()
        .get(ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT))
        .flatMap(found -> ((ClusterInformation) found).spec().datastoreReady());
  }
}
