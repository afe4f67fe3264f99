// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.lab.host.Ground;
import dev.brindle.lab.program.Installation;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.program.ProgramFailure;
import dev.brindle.lab.program.Workplace;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.LabReport;
import dev.brindle.lab.topology.ReportJson;
import dev.brindle.lab.topology.Topology;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.live.LiveKernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The part of the lab that runs inside: first process of its own PID namespace, root of its own
/// user namespace. Whatever it starts or makes ends with it.
final class Supervisor {

  /// The last line it writes before it only takes orders.
  static final String READY = "-- ready --";

  /// What we are told when the lab may outlive who started it.
  static final int STAY = '!';

  private static final int LAST_LINES = 15;

  private final LabOptions options;
  private final Workplace workplace;
  private final PrintStream out;
  private final Steps steps;
  private final AtomicBoolean isAbandoned = new AtomicBoolean();

  Supervisor(LabOptions options, Workplace workplace, PrintStream out, PrintStream progress) {
    this.options = options;
    this.workplace = workplace;
    this.out = out;
    this.steps = new Steps(progress);
  }

  /// @return the exit code
  int tour() throws Exception {
    endWithParent(options.keep() ? _ -> {} : LastOrders::clearTour);
    try {
      return showTour();
    } finally {
      leaveTheEnd();
    }
  }

  private int showTour() throws Exception {
    try (Lab lab = lab()) {
      Tour tour = new Tour(lab, options, steps);
      try {
        tour.bringUp();
        tour.enforce();
      } catch (ProgramFailure | KernelException | IOException | IllegalStateException e) {
        tour.failed(String.valueOf(e.getMessage()));
        showLogs(lab);
      }
      LabReport report = tour.report();
      if (options.json()) {
        out.println(ReportJson.of(report));
      } else {
        steps.print(TourEnd.of(report));
        steps.print(TourEnd.next(LauncherWord.here(), lab.topology()));
      }
      return report.isPass() ? 0 : 1;
    }
  }

  /// @return the exit code
  int stay() throws Exception {
    endWithParent(LastOrders::clearLab);
    try {
      return serve();
    } finally {
      leaveTheEnd();
    }
  }

  private int serve() throws Exception {
    try (Lab lab = lab()) {
      Tour tour = new Tour(lab, options, steps);
      try {
        tour.bringUp();
        for (String file : options.policyFiles()) {
          lab.apply(Path.of(file).toAbsolutePath());
        }
      } catch (ProgramFailure | KernelException e) {
        steps.print("brindle lab: " + e.getMessage());
        showLogs(lab);
        return 1;
      }
      new ControlServer(lab)
          .serve(
              () -> {
                steps.say(
                    "the lab is up; %1$s lab status shows it, %1$s lab down ends it",
                    LauncherWord.here());
                out.println(READY);
                out.flush();
              });
      return 0;
    }
  }

  private Lab lab() throws IOException {
    Topology topology = LabMain.topology(options);
    Installation installation =
        Installation.find(System.getenv(), Optional.ofNullable(System.getProperty("brindle.home")));
    Libc libc = JnrLibc.get();
    Ground.prepare(libc);
    try (Kernel kernel = LiveKernel.open()) {
      Preflight.check(options.encap(), kernel.links());
      kernel.links().setUp(1, true);
    }
    return new Lab(libc, topology, options, installation, workplace);
  }

  /// Our standard input is a pipe. Its end means that who started us is gone, unless we were told
  /// before that we may stay.
  private void endWithParent(Consumer<Path> clear) {
    Thread.ofPlatform()
        .daemon()
        .name("parent watch")
        .start(
            () -> {
              try (InputStream pipe = System.in) {
                if (pipe.read() == STAY) {
                  return;
                }
              } catch (IOException _) {
                // the same: nobody is there any more
              }
              isAbandoned.set(true);
              clear.accept(workplace.directory());
              Runtime.getRuntime().halt(130);
            });
  }

  /// Who clears up is not to be cut short by us, who have nothing left that works.
  private void leaveTheEnd() throws InterruptedException {
    if (isAbandoned.get()) {
      new CountDownLatch(1).await();
    }
  }

  private void showLogs(Lab lab) throws IOException {
    for (NodeDaemon daemon : lab.daemons()) {
      if (daemon.notReady().isPresent()) {
        showLog(daemon.name(), daemon.log());
      }
    }
    if (Files.exists(workplace.log("router"))) {
      showLog("router", workplace.log("router"));
    }
  }

  private void showLog(String name, Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    steps.print("last lines of %s (%s):".formatted(name, log));
    lines
        .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
        .forEach(line -> steps.print("  " + line));
  }
}
