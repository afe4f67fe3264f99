// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A daemon that cannot start: exit code 1, one error, nothing written anywhere.
class NodeRefusalTest {

  @TempDir private Path base;
  private NodeRig rig;

  @BeforeEach
  void makeMachine() {
    rig = NodeRig.make(base);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    rig.close();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # variable                  | value             | the error
          CALICO_IPV4POOL_CIDR        | 10.244.0.0/33     | CALICO_IPV4POOL_CIDR is '10.244.0.0/33': expected an IPv4 CIDR, or none
          CALICO_IPV4POOL_CIDR        | 192.0.0.0/16      | CALICO_IPV4POOL_CIDR is '192.0.0.0/16': expected a range that does not overlap the node's own network 192.0.2.0/24
          CALICO_IPV4POOL_BLOCK_SIZE  | 19                | CALICO_IPV4POOL_BLOCK_SIZE is '19': expected a prefix length from 20 to 32
          CALICO_IPV4POOL_BLOCK_SIZE  | big               | CALICO_IPV4POOL_BLOCK_SIZE is 'big': expected a prefix length from 20 to 32
          CALICO_NETWORKING_BACKEND   | foo               | CALICO_NETWORKING_BACKEND is 'foo': expected bird, vxlan or none
          NODENAME                    | Node_1            | NODENAME is 'Node_1': expected lower-case letters
          IP                          | 300.1.1.1         | IP is '300.1.1.1': expected an IPv4 address
          AS                          | 0                 | AS is '0': expected an AS number from 1 to 4294967295
          DATASTORE_TYPE              | kubernetes        | Kubernetes cannot be found: this is no pod
          BRINDLE_DATASTORE_FILE      | /proc/no/db       | datastore file /proc/no/db cannot be made
          BRINDLE_DATASTORE_FILE      | /proc/self/status | datastore /proc/self/status: cannot open it: it is not a database
          BRINDLE_DATASTORE_FILE      | /proc/self        | datastore file /proc/self is a directory: set BRINDLE_DATASTORE_FILE
          BRINDLE_DATASTORE_FILE      | /dev/null         | datastore file /dev/null is not a regular file: set BRINDLE_DATASTORE_FILE
          BRINDLE_RUN_DIR             | /proc/no          | BRINDLE_RUN_DIR is '/proc/no': expected a directory that can be made and written to
          BRINDLE_STATE_DIR           | /proc/no          | BRINDLE_STATE_DIR is '/proc/no': expected a directory that can be made and written to
          BRINDLE_CNI_DIR             | /proc/no          | BRINDLE_CNI_DIR is '/proc/no': expected a directory that can be made and written to
          BRINDLE_CNI_DIR             | cni               | BRINDLE_CNI_DIR is 'cni': expected an absolute path
          """)
  void aSetting(String variable, String value, String error) throws Exception {
    assertRefused(rig.refused(Map.of(variable, value)), error);
    assertNothingWritten();
  }

  /// Said once, and not by the client's library as well.
  @Test
  void anEtcdThatDoesNotAnswer() throws Exception {
    assertRefused(
        rig.refused(Map.of("DATASTORE_TYPE", "etcdv3", "ETCD_ENDPOINTS", "http://127.0.0.1:9")),
        "in etcd at http://127.0.0.1:9: it does not answer: ");
    assertThat(rig.hasTable()).isFalse();
  }

  @Test
  void noAddressToBeFound() throws Exception {
    Ended ended =
        rig.refused(Map.of("IP", "autodetect", "IP_AUTODETECTION_METHOD", "interface=zz.*"));

    assertRefused(
        ended,
        "no IPv4 address was found by interface=zz.* (not taken: 192.0.2.1/24 on eth0: its interface"
            + " is not asked for): set IP to an address, or IP_AUTODETECTION_METHOD");
    assertNothingWritten();
  }

  @Test
  void aStoreThatIsNoDatabase() throws Exception {
    Path file = Files.writeString(base.resolve("letter"), "Dear reader, this is no database.\n");

    assertRefused(
        rig.refused(Map.of("BRINDLE_DATASTORE_FILE", file.toString())),
        "datastore %s: cannot open it".formatted(file));
    assertThat(file).hasContent("Dear reader, this is no database.\n");
    assertNothingWritten();
  }

  @Test
  void noRightToAdministerNetworks() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "needs setpriv (package util-linux)");

    assertRefused(
        rig.refused(Map.of(), "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"),
        "this process lacks CAP_NET_ADMIN: run it as root");
    assertNothingWritten();
  }

  /// Who may do neither is told what both need.
  @Test
  void noRightToAdministerNetworksNorToWriteTheStore() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "needs setpriv (package util-linux)");

    assertRefused(
        rig.refused(
            Map.of("BRINDLE_DATASTORE_FILE", "/proc/no/db"),
            "setpriv",
            "--bounding-set=-net_admin",
            "--inh-caps=-net_admin"),
        "this process lacks CAP_NET_ADMIN: run it as root");
  }

  @Test
  void aNetworkNamespaceOfSomeoneElse() throws Exception {
    assertRefused(
        rig.refused(Map.of(), "unshare", "--user", "--map-root-user"),
        "this process may not administer its network namespace");
    assertNothingWritten();
  }

  @Test
  void aSecondDaemonOfOneNode() throws Exception {
    NodeRig.Running first = rig.startAndAwait(Map.of());

    assertRefused(rig.refused(Map.of()), "node.lock is held by another process");
    assertThat(base.resolve("run/status.sock")).exists();
    assertRefused(
        rig.refused(
            Map.of(
                "BRINDLE_RUN_DIR", base.resolve("run2").toString(),
                "BRINDLE_CNI_DIR", base.resolve("cni2").toString(),
                "BRINDLE_DATASTORE_FILE", base.resolve("store2/db").toString())),
        ":9099 for health: Address already in use: end what listens there, or set FELIX_HEALTHPORT");
    assertThat(first.process().isAlive()).isTrue();
    assertThat(first.text()).doesNotContain("ERROR");
  }

  private void assertNothingWritten() {
    assertThat(rig.hasTable()).isFalse();
    for (ResourceKind kind : ResourceKind.values()) {
      assertThat(rig.stored(kind)).isEmpty();
    }
  }

  private static void assertRefused(Ended ended, String error) {
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
    List<String> errors = ended.output().lines().filter(line -> !line.contains(" INFO ")).toList();
    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst()).contains(" ERROR NodeProcess - cannot start: ").contains(error);
  }
}
