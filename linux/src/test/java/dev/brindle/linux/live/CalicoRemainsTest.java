// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.nft.CalicoRemains;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rules that iptables-nft(8) has made as Calico's agent has it make them, beside those of others.
class CalicoRemainsTest {

  private static final Path IPTABLES = Path.of("/usr/sbin/iptables-nft-restore");
  private static final Path IPSET = Path.of("/usr/sbin/ipset");
  private static final Path NFT = Path.of("/usr/sbin/nft");

  private static final String OTHERS =
      """
      *filter
      :FORWARD DROP [0:0]
      :KUBE-FORWARD - [0:0]
      -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
      -A FORWARD -s 192.0.2.7/32 -m comment --comment "not cali: at its beginning" -j ACCEPT
      -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
      COMMIT
      """;

  private static final String CALICO =
      """
      *filter
      :cali-FORWARD - [0:0]
      :cali-from-wl-dispatch - [0:0]
      :cali-fw-cali0123456789a - [0:0]
      -I FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
      -A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
      -A cali-FORWARD -i cali+ -m comment --comment "cali:8ZoYfO5HKXWbB3pk" -j cali-from-wl-dispatch
      -A cali-from-wl-dispatch -i cali0123456789a -m comment --comment "cali:LDKBOmBPm-3ixz2g" -g cali-fw-cali0123456789a
      -A cali-from-wl-dispatch -m comment --comment "cali:Y7Zy8zjd9oIKMXZp" -j DROP
      COMMIT
      *nat
      :cali-nat-outgoing - [0:0]
      -I POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-nat-outgoing
      COMMIT
      """;

  @SuppressWarnings("NullAway.Init") // before each test
  private LiveKernel kernel;

  @BeforeEach
  void open() {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    assumeTrue(Files.isExecutable(IPTABLES), "needs iptables-nft-restore(8)");
    kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
  }

  @AfterEach
  void close() {
    if (kernel != null) {
      kernel.close();
    }
  }

  @Test
  void whatOthersHaveIsNotAmongThem() throws Exception {
    run(OTHERS, IPTABLES);

    assertThat(kernel.calicoRemains().isEmpty()).isTrue();
    assertThat(kernel.calicoRemains().summary()).isEqualTo("nothing");
  }

  @Test
  void chainsGoWithAllThatLeadsThere() throws Exception {
    run(OTHERS, IPTABLES);
    String before = run("", Path.of("/usr/sbin/iptables-nft"), "-S");
    run(CALICO, IPTABLES, "--noflush");
    assertThat(run("", Path.of("/usr/sbin/iptables-nft"), "-S")).contains("cali-FORWARD");

    CalicoRemains remains = kernel.calicoRemains();
    assertThat(remains.summary()).isEqualTo("chains cali-* in ip filter, ip nat");
    assertThat(remains.rules()).hasSize(3);
    assertThat(kernel.remove(remains)).isEmpty();

    assertThat(kernel.calicoRemains().isEmpty()).isTrue();
    assertThat(run("", Path.of("/usr/sbin/iptables-nft"), "-S")).isEqualTo(before);
  }

  @Test
  void itsTableForArpGoesAndThatOfOursStays() throws Exception {
    assumeTrue(Files.isExecutable(NFT), "needs nft(8)");
    run(
        """
        table arp calico-arp {
          chain filter-OUTPUT { type filter hook output priority 0; }
        }
        table ip calico {
          chain filter-cali-fw-x { drop; }
        }
        table inet filter {
          chain cali-FORWARD { type filter hook forward priority 0; drop; }
        }
        """,
        NFT,
        "-f",
        "-");

    kernel.remove(kernel.calicoRemains());

    assertThat(kernel.foreignChains())
        .extracting(chain -> chain.path())
        .containsExactlyInAnyOrder("ip calico filter-cali-fw-x", "inet filter cali-FORWARD");
  }

  @Test
  void setsGoOnceNoRuleUsesThem() throws Exception {
    assumeTrue(Files.isExecutable(IPSET), "needs ipset(8)");
    run(
        """
        create cali40s:abc hash:net family inet
        create cali60all-ipam-pools hash:net family inet6
        create KUBE-CLUSTER-IP hash:ip family inet
        """,
        IPSET,
        "restore");
    run(
        """
        *filter
        :cali-pi-x - [0:0]
        -A cali-pi-x -m set --match-set cali40s:abc src -j ACCEPT
        COMMIT
        """,
        IPTABLES);
    CalicoRemains remains = kernel.calicoRemains();
    assertThat(remains.ipSets()).containsExactlyInAnyOrder("cali40s:abc", "cali60all-ipam-pools");
    assertThat(kernel.remove(new CalicoRemains(List.of(), List.of(), List.of(), remains.ipSets())))
        .as("a rule uses it")
        .containsExactly("cali40s:abc");

    Waiting.until(
        "no IP set of Calico is left",
        () -> {
          kernel.remove(kernel.calicoRemains());
          return kernel.calicoRemains().isEmpty();
        });

    assertThat(run("", IPSET, "list", "-n")).isEqualTo("KUBE-CLUSTER-IP\n");
  }

  private String run(String input, Path program, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    Process process =
        kernel.namespace().call(() -> new ProcessBuilder(line).redirectErrorStream(true).start());
    try (var words = process.outputWriter(UTF_8)) {
      words.write(input);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", line, said).isZero();
    return said;
  }
}
