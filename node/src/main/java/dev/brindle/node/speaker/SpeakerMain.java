// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.ListenException;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.bgp.FibSettings;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.control.BgpCommands;
import dev.brindle.node.control.ControlSocket;
import dev.brindle.node.discovery.RouterDiscovery;
import dev.brindle.node.health.MetricsServer;
import dev.brindle.node.health.SessionMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.Serial;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

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
    if (args.contains("--help")) {
      System.out.print(SpeakerArguments.USAGE);
      return 0;
    }
    SpeakerArguments arguments;
    try {
      arguments = SpeakerArguments.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.printf("brindle speaker: %s%n%s", e.getMessage(), SpeakerArguments.USAGE);
      return WRONG_USAGE;
    }
    SpeakerPlanFile file = new SpeakerPlanFile(arguments.config(), new PasswordFiles());
    try {
      SpeakerPlan plan = arguments.checks() ? file.read() : file.readConfirmed(System.err::println);
      plan.warnings().forEach(it -> System.err.printf("%s: %s%n", arguments.config(), it));
      if (arguments.checks() && !plan.missing().isEmpty()) {
        System.err.printf("%s is not fine: see above%n", arguments.config());
        return FAILED;
      }
      if (arguments.checks()) {
        System.out.printf(
            "%s is fine: %s, %s, %s%n",
            arguments.config(),
            counted(plan.config().peers().size() + plan.config().ranges().size(), "neighbor"),
            counted(plan.filters().size(), "filter"),
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
    } catch (ControlException e) {
      System.err.println(e.getMessage());
      return FAILED;
    } catch (IOException e) {
      System.err.printf("cannot read %s: %s%n", arguments.config(), e);
      return FAILED;
    }
  }

  private static String counted(int count, String what) {
    return "%d %s%s".formatted(count, what, count == 1 ? "" : "s");
  }

  /// The shutdown hook is the way out.
  private static void serve(SpeakerArguments arguments, SpeakerPlanFile file, SpeakerPlan plan)
      throws InterruptedException, ControlException {
    Optional<KernelRouteSink> kernel = plan.kernel().map(SpeakerMain::kernel);
    RouteSink sink = kernel.isPresent() ? kernel.get() : new Discarding();
    Speaker speaker =
        new Speaker(sink, InstantSource.system(), new SecureRandom(), new RouterDiscovery());
    ReloadWishes wishes = new ReloadWishes();
    AtomicReference<Optional<Speaker>> running = new AtomicReference<>(Optional.empty());
    Optional<ControlSocket> control =
        control(arguments, plan, new BgpCommands(running::get, Optional.of(wishes)));
    speaker.start(plan.config());
    running.set(Optional.of(speaker));
    metrics(arguments, speaker);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> end(speaker, control, kernel)));
    if (!HangupSignal.onEach(wishes::hangUp)) {
      System.err.println("SIGHUP is ignored here (nohup?): the file is not read again");
    }
    Reload reload =
        new Reload(file, speaker::reconfigure, arguments.confirm(), wishes, System.out::println);
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

  private static void metrics(SpeakerArguments arguments, Speaker speaker) throws ControlException {
    if (arguments.metrics().isEmpty()) {
      return;
    }
    ListenAddress at = arguments.metrics().get();
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new SessionMetrics(() -> Optional.of(speaker.report())));
    try {
      MetricsServer.start(
          new InetSocketAddress(InetAddress.getByAddress(at.address().bytes()), at.port()),
          registry);
    } catch (IOException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new ControlException(
          new IOException("--metrics %s: cannot listen there: %s".formatted(at, why), e));
    }
  }

  /// Whoever says goodbye to the peers takes their routes along; after a kill they stay for the
  /// next start.
  private static void end(
      Speaker speaker, Optional<ControlSocket> control, Optional<KernelRouteSink> kernel) {
    try {
      if (control.isPresent()) {
        control.get().close();
      }
    } catch (IOException e) {
      System.err.println("cannot close the control socket: " + e);
    }
    speaker.close();
    kernel.ifPresent(
        sink -> {
          sink.finish(GOODBYE);
          sink.close();
        });
  }

  /// A directory that was not named is not worth failing for: several speakers of one port may run
  /// on one machine, or an ordinary user's.
  private static Optional<ControlSocket> control(
      SpeakerArguments arguments, SpeakerPlan plan, BgpCommands commands) throws ControlException {
    Path directory = arguments.control().orElseGet(() -> usualControl(plan));
    try {
      return Optional.of(ControlSocket.start(directory, commands));
    } catch (IOException e) {
      if (arguments.control().isPresent()) {
        throw new ControlException(e);
      }
      System.err.printf(
          "'brindle bgp' cannot ask this speaker: %s (name another with --control DIR)%n",
          e.getMessage());
      return Optional.empty();
    }
  }

  private static Path usualControl(SpeakerPlan plan) {
    int port = plan.config().listen().getFirst().port();
    return Path.of("/run/brindle", "speaker-" + port);
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

  /// A control directory or a port for metrics that was asked for is not to be had.
  private static final class ControlException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    ControlException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
