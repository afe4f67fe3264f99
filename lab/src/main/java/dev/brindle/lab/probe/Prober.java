// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.probe;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.topology.Expectation;
import dev.brindle.lab.topology.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Tries many things at once, so that waiting for answers that must not come costs the time of one.
public final class Prober {

  private static final int AT_ONCE = 64;

  private final Function<String, Host> hosts;
  private final BiFunction<String, Expectation, IpAddress> addresses;

  /// @param addresses the address of a machine that an expectation is about
  public Prober(
      Function<String, Host> hosts, BiFunction<String, Expectation, IpAddress> addresses) {
    this.hosts = hosts;
    this.addresses = addresses;
  }

  /// @param patience how long an answer may take
  public List<Finding> tryAll(List<Expectation> expectations, Duration patience)
      throws InterruptedException {
    List<Future<Finding>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Expectation expectation : expectations) {
        running.add(threads.submit(() -> tryOne(expectation, patience)));
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (Future<Finding> each : running) {
      findings.add(result(each));
    }
    return findings;
  }

  private Finding tryOne(Expectation expectation, Duration patience) {
    IpAddress target = addresses.apply(expectation.to(), expectation);
    Probe.Answer answer =
        Probe.send(hosts.apply(expectation.from()), target, expectation.traffic(), patience);
    return new Finding(expectation, answer.reached(), answer.detail());
  }

  private static Finding result(Future<Finding> each) throws InterruptedException {
    try {
      return each.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
