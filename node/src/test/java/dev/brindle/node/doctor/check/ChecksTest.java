// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Hook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Faults that cannot be made in a namespace: they are the whole machine's, or take weeks.
class ChecksTest {

  private static List<Symptom> symptoms(List<Finding> found) {
    return found.stream().flatMap(each -> each.symptom().stream()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # connections | of   | gc_thresh3 | nodes | found
          10            | 100  | 1024       | 50    |
          79            | 100  | 1024       | 50    |
          80            | 100  | 1024       | 50    | CONNTRACK_FILLS
          95            | 100  | 1024       | 50    | CONNTRACK_FULL
          10            | 100  | 1024       | 384   |
          10            | 100  | 1024       | 385   | NEIGHBOUR_TABLE_SMALL
          """)
  void tablesOfTheKernel(
      String count, String max, String neighbours, int nodes, @Nullable Symptom found) {
    Map<String, String> values =
        Map.of(
            "net/netfilter/nf_conntrack_count", count,
            "net/netfilter/nf_conntrack_max", max,
            "net/ipv4/neigh/default/gc_thresh3", neighbours);
    assertThat(
            symptoms(SysctlCheck.of(new SysctlCheck.Facts(values, Set.of(), nodes, true, false))))
        .isEqualTo(Optional.ofNullable(found).stream().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # IPv4 | IPv6 | daemon runs | pods have IPv6 | found
          1      | 1    | true        | true           |
          0      | 1    | true        | false          | IP_FORWARD_OFF
          1      | 0    | true        | true           | IP_FORWARD_OFF
          1      | 0    | true        | false          |
          0      | 0    | false       | true           |
          """)
  void forwardingIsOnWhileTheDaemonRuns(
      String ipv4, String ipv6, boolean isLive, boolean hasIpv6, @Nullable Symptom found) {
    Map<String, String> values =
        Map.of("net/ipv4/ip_forward", ipv4, "net/ipv6/conf/all/forwarding", ipv6);
    assertThat(
            symptoms(SysctlCheck.of(new SysctlCheck.Facts(values, Set.of(), 1, isLive, hasIpv6))))
        .isEqualTo(Optional.ofNullable(found).stream().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # of all | own | found
          0        | 0   |
          2        | 1   |
          0        | 1   | RP_FILTER_STRICT
          1        | 0   | RP_FILTER_STRICT
          """)
  void theLargerReversePathFilterCounts(String all, String own, @Nullable Symptom found) {
    Map<String, String> values =
        Map.of("net/ipv4/conf/all/rp_filter", all, "net/ipv4/conf/tunl0/rp_filter", own);
    assertThat(
            symptoms(
                SysctlCheck.of(new SysctlCheck.Facts(values, Set.of("tunl0"), 1, false, false))))
        .isEqualTo(Optional.ofNullable(found).stream().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kept | seconds ahead | found
          true   |               |
          true   | 2             |
          true   | -2            |
          true   | 3             | CLOCK_DIFFERS
          true   | -3            | CLOCK_DIFFERS
          false  |               | CLOCK_FREE
          """)
  void clocks(boolean isKept, @Nullable Long ahead, @Nullable Symptom found) {
    assertThat(symptoms(ClockCheck.of(isKept, Optional.ofNullable(ahead).map(Duration::ofSeconds))))
        .isEqualTo(Optional.ofNullable(found).stream().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # days left | renewed | found
          15          | false   |
          13          | false   | CREDENTIAL_EXPIRES
          1           | true    |
          -1          | true    | CREDENTIAL_EXPIRED
          -1          | false   | CREDENTIAL_EXPIRED
          """)
  void credentials(long days, boolean isRenewed, @Nullable Symptom found) {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    var credential =
        new CredentialCheck.Credential(
            "X", "/x", Optional.of(now.plus(Duration.ofDays(days))), isRenewed, "");
    assertThat(
            symptoms(
                CredentialCheck.of(new CredentialCheck.Facts(List.of(credential), List.of()), now)))
        .isEqualTo(Optional.ofNullable(found).stream().toList());
  }

  @Test
  void aFullDisk() {
    var full = new FileCheck.Directory("BRINDLE_RUN_DIR", "/run", "", 1 << 20);
    assertThat(symptoms(FileCheck.of(List.of(full)))).containsExactly(Symptom.DISK_FULL);
  }

  @Test
  void aSlowStore() {
    assertThat(symptoms(StoreCheck.answers("etcd", Duration.ofMillis(1001), Optional.empty())))
        .containsExactly(Symptom.STORE_SLOW);
  }

  @Test
  void aKernelThatLacksSomething() {
    var facts =
        new KernelCheck.Facts("6.1", 2, Map.of("fib", "ENOENT"), Map.of("ipip", "EOPNOTSUPP"));
    assertThat(symptoms(KernelCheck.of(facts)))
        .containsExactly(Symptom.NFT_FEATURE_MISSING, Symptom.LINK_TYPE_MISSING);
    var without = new KernelCheck.Facts("6.1", 2, Map.of("ct", "no", "fib", "no"), Map.of());
    assertThat(symptoms(KernelCheck.of(without))).containsExactly(Symptom.NO_NF_TABLES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # family | table    | chain   | hook    | drops | pods have IPv6 | found
          2        | filter   | FORWARD | FORWARD | true  | false          | FORWARD_DROPPED
          2        | filter   | FORWARD | FORWARD | false | false          |
          1        | firewall | fwd     | FORWARD | true  | false          | FORWARD_DROPPED
          10       | filter   | FORWARD | FORWARD | true  | false          |
          10       | filter   | FORWARD | FORWARD | true  | true           | FORWARD_DROPPED
          2        | filter   | INPUT   | INPUT   | true  | false          | INPUT_DROPPED
          2        | calico   | forward | FORWARD | true  | false          |
          2        | filter   | OUTPUT  | OUTPUT  | true  | false          |
          """)
  void policiesOfOthers(
      int family,
      String table,
      String name,
      Hook hook,
      boolean drops,
      boolean hasIpv6,
      @Nullable Symptom found) {
    var chain =
        new ForeignChain(
            family,
            table,
            name,
            Optional.of(new NftChain.Base("filter", hook, 0)),
            drops,
            3,
            false);
    assertThat(symptoms(RuleCheck.of(new RuleCheck.Facts(List.of(chain), List.of(), hasIpv6))))
        .isEqualTo(Optional.ofNullable(found).stream().toList());
  }

  @Test
  void theOldIptables() {
    var empty = new ForeignChain(2, "filter", "INPUT", Optional.empty(), false, 0, false);
    assertThat(symptoms(RuleCheck.of(new RuleCheck.Facts(List.of(), List.of(empty), false))))
        .as("tables that iptables-legacy(8) only looked at")
        .isEmpty();
    var used = new ForeignChain(2, "nat", "KUBE-SERVICES", Optional.empty(), false, 7, false);
    assertThat(symptoms(RuleCheck.of(new RuleCheck.Facts(List.of(), List.of(used), false))))
        .containsExactly(Symptom.IPTABLES_LEGACY);
  }

  @Test
  void readsWhoListens() {
    List<String> lines =
        List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:00B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0",
            "   1: 0100007F:00B3 0200007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 99 1 0",
            "   2: 0000000000000000FFFF00000100007F:238B 00000000000000000000000000000000:0000 0A 00000000:00000000"
                + " 00:00000000 00000000     0        0 77 1 0",
            "   3: B80D0120000000000000000001000000:238B 00000000000000000000000000000000:0000 0A 00000000:00000000"
                + " 00:00000000 00000000     0        0 78 1 0");
    assertThat(SocketLines.read("tcp", lines))
        .containsExactly(
            new SocketLines.Waiting(IpAddress.parse("127.0.0.1"), 179, 12345),
            new SocketLines.Waiting(IpAddress.parse("::ffff:127.0.0.1"), 9099, 77),
            new SocketLines.Waiting(IpAddress.parse("2001:db8::1"), 9099, 78));
  }

  @Test
  void findingsAreToldInTwoForms() {
    var findings =
        new Findings(
            List.of(
                Finding.unknown(Check.PATHS, "silence"),
                Symptom.IP_FORWARD_OFF.at("it is 0"),
                Finding.ok(Check.RIGHTS, "root")));
    assertThat(findings.hasProblem()).isTrue();
    assertThat(findings.text())
        .startsWith("ok       rights            root\nproblem  sysctls           it is 0\n")
        .contains(
            "ip-forward-off: expected net.ipv4.ip_forward=1", "cure: find who switches it off")
        .endsWith("1 problems, 0 warnings, 1 unknown\n");
    assertThat(findings.json())
        .contains("\"finding\" : \"ip-forward-off\"", "\"severity\" : \"unknown\"");
  }
}
