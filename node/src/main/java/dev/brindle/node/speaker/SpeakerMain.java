// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.ListenException;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.bgp.FibSettings;
import dev.brindle.node.bgp.KernelRouteSink;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// `brindle speaker --config FILE`: the speaker alone. Reads the file again at SIGHUP. Runs until
/// SIGTERM or SIGINT, then says goodbye to its peers.
public final class SpeakerMain {

  private static final int WRONG_USAGE = 2;
  private static final int FAILED = 1;
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private SpeakerMain() {}

  public static void main(String[] args) throws InterruptedException {
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws InterruptedException {
    Optional<SpeakerArguments> read = SpeakerArguments.parse(args);
    if (args.contains("--help")) {
      System.out.print(SpeakerArguments.USAGE);
      return 0;
    }
    if (read.isEmpty()) {
      System.err.print(SpeakerArguments.USAGE);
      return WRONG_USAGE;
    }
    SpeakerArguments arguments = read.get();
    SpeakerPlanFile file = new SpeakerPlanFile(arguments.config(), new PasswordFiles());
    try {
      SpeakerPlan plan = file.read();
      plan.warnings().forEach(it -> System.err.printf("%s: %s%n", arguments.config(), it));
      if (arguments.checks()) {
        System.out.printf(
            "%s is fine: %d neighbors, %d filters, %s%n",
            arguments.config(),
            plan.config().peers().size() + plan.config().ranges().size(),
            plan.filters().size(),
            plan.kernel().map(FibSettings::toString).orElse("no routes for the kernel"));
        return 0;
      }
      serve(arguments, file, plan);
      return 0;
    } catch (SpeakerFileException | ListenException e) {
      System.err.printf("%s: %s%n", arguments.config(), e.getMessage());
      return FAILED;
    } catch (KernelException e) {
      System.err.printf(
          "%s: kernel: cannot use the routing table: %s: run it as root or with"
              + " CAP_NET_ADMIN, or set kernel to false%n",
          arguments.config(), e.getMessage());
      return FAILED;
    } catch (NoSuchFileException _) {
      System.err.printf("there is no file %s: name one with --config%n", arguments.config());
      return FAILED;
    } catch (AccessDeniedException _) {
      System.err.printf("%s may not be read by this user%n", arguments.config());
      return FAILED;
    } catch (IOException e) {
      System.err.printf("cannot read %s: %s%n", arguments.config(), e);
      return FAILED;
    }
  }

  /// The shutdown hook is the way out.
  private static void serve(SpeakerArguments arguments, SpeakerPlanFile file, SpeakerPlan plan)
      throws InterruptedException {
    Optional<KernelRouteSink> kernel = plan.kernel().map(SpeakerMain::kernel);
    RouteSink sink = kernel.isPresent() ? kernel.get() : new Discarding();
    Speaker speaker = new Speaker(sink, InstantSource.system(), new SecureRandom());
    speaker.start(plan.config());
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(speaker, kernel)));
    Semaphore hangups = new Semaphore(0);
    if (!HangupSignal.onEach(hangups::release)) {
      System.err.println("SIGHUP is ignored here (nohup?): the file is not read again");
    }
    Reload reload =
        new Reload(file, speaker::reconfigure, arguments.confirm(), hangups, System.out::println);
    while (true) {
      plan = reload.await(plan);
    }
  }

  private static KernelRouteSink kernel(FibSettings settings) {
    LiveKernel kernel = LiveKernel.open();
    try {
      KernelRouteSink.check(kernel, settings);
      return new KernelRouteSink(kernel, settings);
    } catch (KernelException e) {
      kernel.close();
      throw e;
    }
  }

  /// Whoever says goodbye to the peers takes their routes along; after a kill they stay for the
  /// next start.
  private static void end(Speaker speaker, Optional<KernelRouteSink> kernel) {
    speaker.close();
    kernel.ifPresent(
        sink -> {
          sink.finish(GOODBYE);
          sink.close();
        });
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

    @Override
    public Optional<Installation> installation(Cidr prefix) {
      return Optional.of(new Installation.Missing("kernel is false in speaker.yaml"));
    }
  }
}
