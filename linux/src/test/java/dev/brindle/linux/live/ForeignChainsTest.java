// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.NftChain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Chains that nft(8) has made.
class ForeignChainsTest {

  private static final Path NFT = Path.of("/usr/sbin/nft");
  private static final String TABLES =
      """
      table ip filter {
        chain FORWARD { type filter hook forward priority 0; policy drop;
          ip saddr 192.0.2.0/24 accept
          ip saddr 192.0.2.1 drop
        }
        chain DOCKER { counter drop; }
      }
      table inet firewalld {
        chain filter_FORWARD { type filter hook forward priority 10; policy accept;
          ct state established accept
          reject with icmpx admin-prohibited
        }
        chain open { type filter hook input priority 0; accept; }
      }
      table bridge b {
        chain FORWARD { type filter hook forward priority 0; policy drop; }
      }
      """;

  @Test
  void whoDropsWhat() throws Exception {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    assumeTrue(Files.isExecutable(NFT), "needs nft(8)");
    try (var kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      assertThat(kernel.foreignChains()).isEmpty();
      Process process =
          kernel
              .namespace()
              .call(
                  () ->
                      new ProcessBuilder(NFT.toString(), TABLES).redirectErrorStream(true).start());
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isZero();

      Map<String, ForeignChain> chains =
          kernel.foreignChains().stream()
              .collect(Collectors.toMap(ForeignChain::path, Function.identity()));
      assertThat(chains)
          .containsOnlyKeys(
              "ip filter FORWARD",
              "ip filter DOCKER",
              "inet firewalld filter_FORWARD",
              "inet firewalld open",
              "bridge b FORWARD");
      ForeignChain forward = chain(chains, "ip filter FORWARD");
      assertThat(forward.entersAt(NftChain.Hook.FORWARD)).isTrue();
      assertThat(forward.dropsByPolicy()).isTrue();
      assertThat(forward.dropsTheRest()).as("only what comes from one address").isFalse();
      assertThat(forward.rules()).isEqualTo(2);
      assertThat(chain(chains, "ip filter DOCKER").dropsTheRest()).isTrue();
      assertThat(chain(chains, "ip filter DOCKER").base()).isEmpty();
      ForeignChain firewalld = chain(chains, "inet firewalld filter_FORWARD");
      assertThat(firewalld.dropsByPolicy()).isFalse();
      assertThat(firewalld.dropsTheRest()).isTrue();
      assertThat(chain(chains, "inet firewalld open").dropsTheRest()).isFalse();
      assertThat(chain(chains, "bridge b FORWARD").entersAt(NftChain.Hook.FORWARD))
          .as("sees frames, not what is routed")
          .isFalse();
    }
  }

  private static ForeignChain chain(Map<String, ForeignChain> chains, String path) {
    return Optional.ofNullable(chains.get(path)).orElseThrow();
  }
}
