// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.nft.CalicoRemains;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {

  private static final Path RESTORE = Path.of("/usr/sbin/iptables-nft-restore");
  private static final Takeover.Pace FAST =
      new Takeover.Pace(Duration.ofMillis(1), Duration.ofMillis(1));
  private static final String RULES =
      """
      *filter
      :cali-FORWARD - [0:0]
      -I FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
      -A cali-FORWARD -i cali+ -j DROP
      COMMIT
      """;

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private LiveKernel kernel;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    assumeTrue(Files.isExecutable(RESTORE), "needs iptables-nft-restore(8)");
    kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    restore();
  }

  @AfterEach
  void close() {
    if (kernel != null) {
      kernel.close();
    }
  }

  private void restore() throws Exception {
    restore(RESTORE);
  }

  private void restore(Path program) throws Exception {
    var builder = new ProcessBuilder(program.toString(), "--noflush").redirectErrorStream(true);
    // not everybody may write the machine's own, and here nobody else is to be kept out
    builder.environment().put("XTABLES_LOCKFILE", directory.resolve("lock").toString());
    Process process = kernel.namespace().call(builder::start);
    try (var words = process.outputWriter(UTF_8)) {
      words.write(RULES);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private LiveKernel another() {
    return kernel.namespace().call(() -> LiveKernel.open(Path.of("/proc/thread-self/ns/net")));
  }

  @Test
  void notBeforeOurRulesAreInForce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch programmed = new CountDownLatch(1);
    try (Takeover takeover =
        Takeover.start(
            another(),
            () -> {
              asked.incrementAndGet();
              return programmed.getCount() == 0 ? List.of() : List.of("not yet");
            },
            FAST)) {
      Waiting.until("it has asked", () -> asked.get() > 3);
      assertThat(kernel.calicoRemains().chains()).hasSize(1);

      programmed.countDown();

      Waiting.until("it is done", takeover::hasEnded);
      assertThat(kernel.calicoRemains().isEmpty()).isTrue();
    }
  }

  @Test
  void alsoWhatIsInTheOldIptables() throws Exception {
    Path legacy = Path.of("/usr/sbin/iptables-legacy-restore");
    assumeTrue(Files.isExecutable(legacy), "needs iptables-legacy-restore(8)");
    restore(legacy);
    assertThat(CalicoRemains.tables(kernel.oldChains())).containsExactly("ip filter");

    try (Takeover takeover = Takeover.start(another(), List::of, FAST)) {
      Waiting.until("it is done", takeover::hasEnded);
    }

    assertThat(CalicoRemains.tables(kernel.oldChains())).isEmpty();
    assertThat(kernel.calicoRemains().isEmpty()).isTrue();
  }

  @Test
  void whoMakesThemAnewIsNotFoughtForEver() throws Exception {
    int restored = 0;
    // time enough to be faster than its next look
    var slow = new Takeover.Pace(Duration.ofMillis(1), Duration.ofMillis(300));
    try (Takeover takeover = Takeover.start(another(), List::of, slow)) {
      while (!takeover.hasEnded()) {
        if (kernel.calicoRemains().isEmpty()) {
          restore();
          restored++;
        }
      }
    }
    assertThat(restored).isPositive();
  }

  @Test
  void itEndsWithTheDaemon() {
    Takeover takeover = Takeover.start(another(), () -> List.of("never"), Takeover.Pace.USUAL);

    takeover.close();

    assertThat(takeover.hasEnded()).isTrue();
    assertThat(kernel.calicoRemains().isEmpty()).isFalse();
  }
}
