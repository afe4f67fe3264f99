// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.nft.CalicoRemains;
import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.NftChain.Hook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Chains that iptables-legacy(8) has made.
class OldIptablesTest {

  @TempDir private Path directory;

  private static final String RULES =
      """
      *filter
      :INPUT ACCEPT [0:0]
      :FORWARD DROP [0:0]
      :OUTPUT ACCEPT [0:0]
      :cali-FORWARD - [0:0]
      :shut - [0:0]
      -A INPUT -i lo -j ACCEPT
      -A INPUT -j REJECT
      -A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
      -A cali-FORWARD -i cali+ -j DROP
      -A cali-FORWARD -p tcp -m tcp --dport 80 -j DROP
      -A shut -j DROP
      COMMIT
      """;

  @ParameterizedTest
  @CsvSource({"iptables-legacy-restore, ip", "ip6tables-legacy-restore, ip6"})
  void whoDropsWhat(String program, String family) throws Exception {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin", program)), "needs " + program);
    try (var kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      run(kernel, RULES, program);

      Map<String, ForeignChain> chains =
          kernel.oldChains().stream()
              .collect(Collectors.toMap(ForeignChain::path, Function.identity()));

      assertThat(chains)
          .containsOnlyKeys(
              List.of("INPUT", "FORWARD", "OUTPUT", "cali-FORWARD", "shut").stream()
                  .map(name -> "%s filter %s".formatted(family, name))
                  .toList());
      ForeignChain input = chain(chains, family, "INPUT");
      assertThat(input.rules()).isEqualTo(2);
      assertThat(input.entersAt(Hook.INPUT)).isTrue();
      assertThat(input.dropsByPolicy()).isFalse();
      assertThat(input.dropsTheRest()).isTrue();
      ForeignChain forward = chain(chains, family, "FORWARD");
      assertThat(forward.dropsByPolicy()).isTrue();
      assertThat(forward.dropsTheRest()).isFalse();
      ForeignChain calico = chain(chains, family, "cali-FORWARD");
      assertThat(calico.base()).isEmpty();
      assertThat(calico.rules()).isEqualTo(2);
      assertThat(calico.dropsTheRest()).as("only of some interfaces, or to one port").isFalse();
      assertThat(chain(chains, family, "shut").dropsTheRest()).isTrue();
    }
  }

  private String run(LiveKernel kernel, String input, String... command) throws Exception {
    List<String> line = new ArrayList<>(List.of(command));
    line.set(0, "/usr/sbin/" + command[0]);
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    // not everybody may write the machine's own, and here nobody else is to be kept out
    builder.environment().put("XTABLES_LOCKFILE", directory.resolve("lock").toString());
    Process process = kernel.namespace().call(builder::start);
    try (var words = process.outputWriter(UTF_8)) {
      words.write(input);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assumeTrue(process.waitFor() == 0, "this kernel has no old iptables: " + said);
    return said;
  }

  /// As iptables-legacy-save(8) shows them, which tells all that is not as it was.
  private String rules(LiveKernel kernel, String program) throws Exception {
    return run(kernel, "", program.replace("restore", "save"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("\\[[0-9:]*\\]", ""))
        .collect(Collectors.joining("\n"));
  }

  /// What others have stands before, between and after it, and leads to each other.
  @ParameterizedTest
  @CsvSource({"iptables-legacy-restore, ip", "ip6tables-legacy-restore, ip6"})
  void calicosGoAndOthersStay(String program, String family) throws Exception {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin", program)), "needs " + program);
    try (var kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      run(
          kernel,
          """
          *nat
          :KUBE-POSTROUTING - [0:0]
          -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
          -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
          COMMIT
          *filter
          :INPUT DROP [0:0]
          :KUBE-FORWARD - [0:0]
          :zone - [0:0]
          -A INPUT -i lo -j ACCEPT
          -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "about cali: nothing" -j zone
          -A FORWARD -j KUBE-FORWARD
          -A FORWARD -p tcp
          -A FORWARD -g zone
          -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
          -A KUBE-FORWARD -j zone
          -A zone -m limit --limit 5/sec -j ACCEPT
          -A zone -j DROP
          COMMIT
          """,
          program);
      String others = rules(kernel, program);
      run(
          kernel,
          """
          *nat
          :cali-nat-outgoing - [0:0]
          -A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-nat-outgoing
          COMMIT
          *filter
          :cali-FORWARD - [0:0]
          :cali-from-wl-dispatch - [0:0]
          :cali-wl-to-host - [0:0]
          -I INPUT -m comment --comment "cali:Cz_u1IQiXIMmKD4c" -j cali-wl-to-host
          -I FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
          -A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m mark --mark 0x10000/0x10000 -j ACCEPT
          -I KUBE-FORWARD 2 -i cali+ -g cali-from-wl-dispatch
          -A cali-FORWARD -i cali+ -j cali-from-wl-dispatch
          -A cali-from-wl-dispatch -j DROP
          -A cali-wl-to-host -j zone
          COMMIT
          """,
          program,
          "--noflush");
      assertThat(CalicoRemains.tables(kernel.oldChains()))
          .containsExactlyInAnyOrder(family + " filter", family + " nat");

      kernel.removeOldCalico();

      assertThat(CalicoRemains.tables(kernel.oldChains())).isEmpty();
      assertThat(rules(kernel, program)).isEqualTo(others);
      assertThat(kernel.removeOldCalico()).as("tables, once more").isEqualTo(2);
      assertThat(rules(kernel, program)).isEqualTo(others);
    }
  }

  private static ForeignChain chain(Map<String, ForeignChain> chains, String family, String name) {
    return Objects.requireNonNull(chains.get("%s filter %s".formatted(family, name)));
  }

  @Test
  void nobodyUsesIt() {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    try (var kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      assertThat(kernel.oldChains()).isEmpty();
      assertThat(kernel.oldChains()).as("and looking makes none").isEmpty();
    }
  }
}
