// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.rpki.Vrp;
import dev.brindle.bird.rpki.VrpBatch;
import dev.brindle.bird.rpki.VrpChanges;
import dev.brindle.bird.rpki.VrpTable;
import dev.brindle.bird.rpki.live.CacheServer;
import dev.brindle.bird.wire.AsPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// BIRD asks the same cache, and judges random routes as we do.
class BirdRoaTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";
  private static final long SEED = 20261121;
  private static final int ROUTES = 300;

  private final Random random = new Random(SEED);

  @TempDir private Path directory;

  private Cidr prefix() {
    return random.nextBoolean()
        ? new Cidr(
            IpAddress.ofIpv4(0x0a000000L | (random.nextInt(8) << 20)), 8 + random.nextInt(20))
        : new Cidr(
            IpAddress.ofIpv6(0x20010db8_00000000L | ((long) random.nextInt(4) << 28), 0),
            28 + random.nextInt(30));
  }

  private List<Vrp> vrps() {
    Set<Vrp> vrps = new LinkedHashSet<>();
    while (vrps.size() < 60) {
      Cidr prefix = prefix();
      vrps.add(
          new Vrp(prefix, prefix.length() + random.nextInt(5), new AsNumber(random.nextInt(4))));
    }
    return List.copyOf(vrps);
  }

  private String birdc(String words) throws IOException, InterruptedException {
    return RouterProcess.ask(List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString(), words));
  }

  @Test
  void birdJudgesAsWeDo() throws IOException, InterruptedException {
    RouterProcess.assumeInstalled(BIRD, "bird2");
    List<Vrp> vrps = vrps();
    VrpBatch batch = new VrpBatch();
    vrps.forEach(vrp -> batch.add(true, vrp));
    VrpTable table = new VrpTable(new AsNumber(64512), SEED);
    table.apply(batch, true, new VrpChanges());
    try (CacheServer cache = new CacheServer(0, 1, 42)) {
      cache.set(vrps);
      Files.writeString(
          directory.resolve("bird.conf"),
          """
          router id 127.0.0.2;
          roa4 table r4;
          roa6 table r6;
          protocol device {}
          protocol rpki cache {
            roa4 { table r4; };
            roa6 { table r6; };
            remote 127.0.0.1 port %d;
          }
          """
              .formatted(cache.port()));
      try (RouterProcess bird =
          RouterProcess.start(
              directory, List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "pid"))) {
        bird.askUntil(
            "Established",
            List.of(BIRDC, "-s", directory.resolve("bird.ctl").toString(), "show protocols"));
        List<String> different = new ArrayList<>();
        Set<RpkiState> seen = new LinkedHashSet<>();
        for (int i = 0; i < ROUTES; i++) {
          Cidr route = prefix();
          long as = 1L + random.nextInt(4);
          RpkiState state = table.state(route, AsPath.of(9, as));
          seen.add(state);
          String theirs =
              birdc(
                  "eval roa_check(r%d, %s, %d) = %s"
                      .formatted(route.address().isIpv4() ? 4 : 6, route, as, name(state)));
          if (!theirs.contains("TRUE")) {
            different.add("%s from %d is %s, BIRD: %s".formatted(route, as, state, theirs));
          }
        }
        assertThat(different).as("seed %d", SEED).isEmpty();
        assertThat(seen).containsExactlyInAnyOrder(RpkiState.values());
      }
    }
  }

  private static String name(RpkiState state) {
    return switch (state) {
      case VALID -> "ROA_VALID";
      case INVALID -> "ROA_INVALID";
      case NOT_FOUND -> "ROA_UNKNOWN";
    };
  }
}
