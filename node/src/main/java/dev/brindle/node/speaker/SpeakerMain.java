// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.speaker.ListenException;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.bgp.KernelRouteSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// `brindle speaker --config FILE`: the speaker alone. Runs until SIGTERM or SIGINT, then says
/// goodbye
/// to its peers.
public final class SpeakerMain {

  private static final String USAGE =
      """
      Usage: brindle speaker --config FILE [--check]

        --config FILE   what to be: asn, routerId, listen, announce, neighbors, ...
        --check         read the file, say what is wrong with it, and do nothing
      """;
  private static final int WRONG_USAGE = 2;
  private static final int FAILED = 1;
  private static final long MAX_FILE = 16L << 20;

  private SpeakerMain() {}

  public static void main(String[] args) throws InterruptedException {
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws InterruptedException {
    Optional<Path> file = configFile(args);
    if (args.contains("--help")) {
      System.out.print(USAGE);
      return 0;
    }
    if (file.isEmpty()) {
      System.err.print(USAGE);
      return WRONG_USAGE;
    }
    try {
      SpeakerFile written = SpeakerFileReader.read(text(file.get()));
      SpeakerConfig config = SpeakerPlan.of(written);
      if (args.contains("--check")) {
        System.out.printf("%s is fine: %d neighbors%n", file.get(), config.peers().size());
        return 0;
      }
      serve(config, Boolean.TRUE.equals(written.kernel()));
      return 0;
    } catch (SpeakerFileException | ListenException e) {
      System.err.printf("%s: %s%n", file.get(), e.getMessage());
      return FAILED;
    } catch (KernelException e) {
      System.err.printf(
          "%s: kernel: cannot use the routing table: %s: run it as root, or set kernel to false%n",
          file.get(), e.getMessage());
      return FAILED;
    } catch (IOException e) {
      System.err.printf("cannot read %s: %s%n", file.get(), e);
      return FAILED;
    }
  }

  private static Optional<Path> configFile(List<String> args) {
    int flag = args.indexOf("--config");
    boolean isGiven = flag >= 0 && flag + 1 < args.size();
    boolean isKnown =
        Set.of("--config", "--check", "--help")
            .containsAll(args.stream().filter(arg -> arg.startsWith("-")).toList());
    return isGiven && isKnown ? Optional.of(Path.of(args.get(flag + 1))) : Optional.empty();
  }

  private static String text(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_FILE) {
      throw new SpeakerFileException(
          "the file has %d bytes, more than %d".formatted(size, MAX_FILE));
    }
    return Files.readString(file);
  }

  private static void serve(SpeakerConfig config, boolean writesKernel)
      throws InterruptedException {
    RouteSink sink = writesKernel ? new KernelRouteSink(LiveKernel.open()) : new Discarding();
    Speaker speaker = new Speaker(sink, InstantSource.system(), new SecureRandom());
    speaker.start(config);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(speaker::close));
    new CountDownLatch(1).await(); // the shutdown hook is the way out
  }

  /// With `kernel: false` best routes go nowhere but to the peers.
  private static final class Discarding implements RouteSink {
    @Override
    public boolean isListening() {
      return false;
    }

    @Override
    public void apply(List<RouteUpdate> updates) {
      // nothing to write them to
    }

    @Override
    public void converged() {
      // nothing was left behind
    }
  }
}
