// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.lab.probe.Prober;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.program.ProgramFailure;
import dev.brindle.lab.topology.Expectation;
import dev.brindle.lab.topology.Finding;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.LabReport;
import dev.brindle.lab.topology.PodSpec;
import dev.brindle.lab.topology.Reachability;
import dev.brindle.lab.topology.StoreKind;
import dev.brindle.lab.topology.Timing;
import dev.brindle.lab.topology.TourPolicy;
import dev.brindle.lab.topology.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Brings a lab up and shows it: each step with its time, and at the end who can reach whom.
final class Tour {

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration CONVERGENCE = Duration.ofSeconds(30);

  private final Lab lab;
  private final LabOptions options;
  private final Steps steps;
  private final Map<Timing, Duration> timings = new EnumMap<>(Timing.class);
  private final List<Duration> adds = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private List<Finding> findings = List.of();

  Tour(Lab lab, LabOptions options, Steps steps) {
    this.lab = lab;
    this.options = options;
    this.steps = steps;
  }

  /// Everything up to connected pods that reach each other.
  void bringUp() throws IOException, InterruptedException {
    steps.say(
        "%s, %s, router: %s, family: %s, encapsulation: %s%s",
        count(lab.topology().nodes().size(), "node"),
        count(lab.topology().pods().size(), "pod"),
        options.router().word(),
        options.family().word(),
        options.encap().word(),
        options.store() == StoreKind.EMBEDDED ? "" : ", store: " + options.store().word());
    lab.buildMachines();
    steps.say("machines and cables are there");
    lab.startStore();
    Duration started = steps.elapsed();
    lab.startDaemons();
    lab.startRouter();
    lab.peerWithRouter();
    lab.awaitDaemons();
    timings.put(Timing.CLUSTER_UP, steps.elapsed());
    steps.say("every node's daemon is ready");
    lab.awaitSessions();
    timings.put(Timing.SESSIONS_ESTABLISHED, steps.elapsed().minus(started));
    steps.say("%d BGP sessions are established", lab.establishedSessions());
    for (PodSpec pod : lab.topology().pods()) {
      adds.add(lab.addPod(pod));
    }
    timings.put(Timing.FIRST_POD_ADD, adds.getFirst());
    steps.say(
        "%s connected; CNI ADD took %d ms at first, %d ms in the median",
        adds.size() == 1 ? "1 pod is" : adds.size() + " pods are",
        adds.getFirst().toMillis(),
        median(adds).toMillis());
    converge();
  }

  private void converge() throws InterruptedException {
    Duration begin = steps.elapsed();
    List<Expectation> open = new Reachability(lab.topology()).withoutPolicy();
    int all = open.size();
    List<Finding> missing = List.of();
    while (!open.isEmpty() && steps.elapsed().minus(begin).compareTo(CONVERGENCE) < 0) {
      missing = prober().tryAll(open, PATIENCE).stream().filter(f -> !f.isRight()).toList();
      open = missing.stream().map(Finding::expectation).toList();
    }
    if (open.isEmpty()) {
      timings.put(Timing.ROUTES_CONVERGED, steps.elapsed().minus(begin));
      steps.say("everybody reaches everybody, as without a policy they should (%d tries)", all);
      return;
    }
    findings = missing;
    throw new ProgramFailure(
        "%d of %d tries got no answer though no policy forbids them; the first: %s"
            .formatted(open.size(), all, missing.getFirst()));
  }

  /// The policy, and what it changes.
  void enforce() throws IOException, InterruptedException {
    Reachability reachability = new Reachability(lab.topology());
    if (options.policyFiles().isEmpty()) {
      enforceOwn(reachability.withTourPolicy());
    } else {
      for (String file : options.policyFiles()) {
        lab.apply(Path.of(file).toAbsolutePath());
      }
      steps.say("%s applied", String.join(", ", options.policyFiles()));
      findings = tryTwice(reachability.withOwnPolicy());
    }
    steps.say("%d tries with the policy in force", findings.size());
  }

  private void enforceOwn(List<Expectation> expectations) throws IOException, InterruptedException {
    Path file = lab.workplace().write("policy.yaml", TourPolicy.yaml());
    Optional<Expectation> forbidden =
        expectations.stream()
            .filter(e -> e.traffic().equals(Traffic.udp(TourPolicy.PORT)))
            .filter(e -> !e.allowed().orElse(true))
            .findFirst();
    if (forbidden.isPresent()) {
      time(forbidden.get(), file);
    } else {
      lab.apply(file);
    }
    findings = tryTwice(expectations);
  }

  private void time(Expectation forbidden, Path policy) throws IOException, InterruptedException {
    try (PolicyStopwatch watch =
        PolicyStopwatch.start(
            lab.host(forbidden.from()),
            lab.address(forbidden.to(), forbidden.family()),
            forbidden.traffic().port(),
            lab.workplace())) {
      lab.apply(policy);
      Optional<Duration> took = watch.await(Duration.ofSeconds(10));
      took.ifPresent(duration -> timings.put(Timing.POLICY_IN_FORCE, duration));
      steps.say(
          "policy friends-only %s",
          took.map(duration -> "is in force %d ms after its write".formatted(duration.toMillis()))
              .orElse("was applied, and its effect could not be timed"));
    }
  }

  /// A packet may be lost on a busy machine; an answer that must not come never is by chance.
  private List<Finding> tryTwice(List<Expectation> expectations) throws InterruptedException {
    List<Finding> result = new ArrayList<>();
    for (Finding finding : prober().tryAll(expectations, PATIENCE)) {
      boolean isSilent = !finding.allowed() && finding.expectation().allowed().orElse(false);
      result.addAll(
          isSilent ? prober().tryAll(List.of(finding.expectation()), PATIENCE) : List.of(finding));
    }
    return result;
  }

  void failed(String problem) {
    problems.add(problem);
  }

  LabReport report() {
    return new LabReport(
        problems,
        lab.expectedSessions(),
        lab.daemons().isEmpty() ? 0 : lab.establishedSessions(),
        timings,
        adds,
        findings,
        lab.daemons().stream().map(NodeDaemon::use).toList());
  }

  private Prober prober() {
    return new Prober(lab::host, (name, about) -> lab.address(name, about.family()));
  }

  private static String count(int number, String what) {
    return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static Duration median(List<Duration> durations) {
    return durations.stream().sorted().toList().get(durations.size() / 2);
  }
}
