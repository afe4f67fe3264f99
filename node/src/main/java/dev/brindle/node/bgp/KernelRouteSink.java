// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes bird's routes into the kernel, under bird's protocol number. One thread has the kernel's
/// sockets; others post and go on. The plan is guarded by this object's monitor, which is held for
/// no call of the kernel.
///
/// All routes are read once. From then on the kernel's news say what others do; what it takes away
/// without a word is found by a walk over ours, begun when interfaces or addresses change and now
/// and then.
public final class KernelRouteSink implements RouteSink, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KernelRouteSink.class);
  /// Should news be lost again and again.
  private static final long MIN_BETWEEN_READS = Duration.ofMillis(100).toNanos();

  private static final long PAUSE_AFTER_FAILURE = Duration.ofSeconds(2).toNanos();

  private static final int BATCH = 4000;
  private static final int MAX_NEWS = 100_000;

  /// What the names of pods' interfaces begin with.
  private static final String PODS = "cali";

  private final Kernel kernel;
  private final Duration unbroken;
  private final KernelPlan plan;
  private final AutoCloseable watch;
  private final Thread thread;

  // guarded by the monitor
  private List<RouteNews> news = new ArrayList<>();
  private boolean mustRead = true;
  private boolean isWriting;
  private boolean isClosed;

  // the thread's own
  private final RouteReader reader;
  private final RetryClock retries;
  private final SinkSpeech speech;
  private long nextRead;

  /// Calico's way: the main table, metric 1024, protocol 12.
  ///
  /// @param kernel becomes the sink's own; closed with it
  public KernelRouteSink(Kernel kernel) {
    this(kernel, FibSettings.CALICO);
  }

  /// @param kernel becomes the sink's own; closed with it
  public KernelRouteSink(Kernel kernel, FibSettings settings) {
    this.kernel = kernel;
    unbroken = Unbroken.since(kernel, settings, PODS);
    plan = new KernelPlan(settings, new SecureRandom().nextLong());
    reader = new RouteReader(kernel, settings, plan, this);
    nextRead = System.nanoTime();
    retries = new RetryClock(nextRead);
    speech = new SinkSpeech(nextRead);
    watch = kernel.routes().watch(this::hear);
    thread = Thread.ofPlatform().name("bird-routes").daemon().start(this::run);
  }

  /// Whether this process may write routes at all.
  ///
  /// @throws KernelException if not, for lack of CAP_NET_ADMIN
  public static void check(Kernel kernel, FibSettings settings) {
    kernel.routes().apply(List.of(RouteReader.nothing(settings))).stream()
        .map(RouteFailure::cause)
        .findFirst()
        .ifPresent(
            cause -> {
              throw cause;
            });
  }

  // ---- others tell

  @Override
  public Duration unbrokenFor() {
    return unbroken;
  }

  @Override
  public synchronized void apply(List<RouteUpdate> changed) {
    plan.told(changed);
    notifyAll();
  }

  @Override
  public synchronized void converged() {
    plan.converged();
    notifyAll();
  }

  /// What is the node's own changed.
  ///
  /// @param blackholes own blocks whose routes bird writes
  /// @param notOurs pools whose routes felix writes
  public void local(Set<Cidr> blackholes, List<Cidr> notOurs) {
    local(blackholes, notOurs, Map.of());
  }

  /// What is the node's own changed.
  ///
  /// @param blackholes own blocks whose routes bird writes
  /// @param notOurs pools whose routes felix writes
  /// @param reachableBy gateways by which some peers are reached
  public synchronized void local(
      Set<Cidr> blackholes, List<Cidr> notOurs, Map<IpAddress, IpAddress> reachableBy) {
    plan.local(new LocalRoutes(blackholes, notOurs, reachableBy));
    notifyAll();
  }

  private synchronized void hear(RouteNews heard) {
    if (heard instanceof RouteNews.Lost || news.size() >= MAX_NEWS) {
      news.clear();
      mustRead = true;
    } else {
      news.add(heard);
    }
    notifyAll();
  }

  // ---- others ask

  /// How many routes of bird are in the kernel.
  public synchronized int size() {
    return plan.size();
  }

  /// How many prefixes that BGP knows are not in the kernel.
  public synchronized int missing() {
    return plan.missing();
  }

  /// Out of which interfaces packets go by the routes of others in the main table; empty while that
  /// is not known.
  public synchronized Optional<Map<Cidr, String>> interfaces() {
    return mustRead ? Optional.empty() : plan.interfaces();
  }

  /// The kernel's routes that are not bird's; empty while that is not known.
  public synchronized Optional<List<Route>> others() {
    return mustRead ? Optional.empty() : plan.others();
  }

  /// Bird's route to a prefix, as the kernel has it.
  public synchronized Optional<Route> own(Cidr prefix) {
    return plan.own(prefix);
  }

  @Override
  public synchronized Optional<Installation> installation(Cidr prefix) {
    return plan.says(prefix);
  }

  /// Why no route at all can be read or written. One that the kernel refuses is only logged.
  public List<String> problems() {
    return speech.problem().stream().toList();
  }

  // ---- the thread

  private void run() {
    try {
      while (await()) {
        try {
          round();
          speech.works();
        } catch (KernelException e) {
          failed(e);
        }
        say();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until there is something to do.
  ///
  /// @return false if closed
  private synchronized boolean await() throws InterruptedException {
    while (!isClosed) {
      long now = System.nanoTime();
      long wake = mustRead ? nextRead : nextWake(now);
      if (wake - now <= 0) {
        return true;
      }
      notifyAll(); // whoever waits for the end of it
      wait(Math.max(1, (wake - now) / 1_000_000));
    }
    return false;
  }

  private long nextWake(long now) {
    if (!news.isEmpty() || !plan.isIdle()) {
      return now;
    }
    return speech.wake(plan, now, Math.min(reader.next(now), retries.next()));
  }

  private void round() {
    if (isToRead()) {
      long began = System.nanoTime();
      reader.readAll();
      long now = System.nanoTime();
      nextRead = now + Math.max(MIN_BETWEEN_READS, 3 * (now - began));
    }
    takeIn();
    reader.settleDoubts();
    List<RouteChange> changes = changes();
    if (!changes.isEmpty()) {
      carryOut(changes);
    }
    reader.patrol().ifPresent(speech::lost);
  }

  private synchronized boolean isToRead() {
    boolean is = mustRead;
    mustRead = false;
    if (is) {
      news.clear(); // all of it is in what is read now
    }
    return is;
  }

  private synchronized void takeIn() {
    boolean helps = false;
    for (RouteNews heard : news) {
      helps |= plan.heard(heard);
    }
    news.clear();
    long now = System.nanoTime();
    if (helps) {
      retries.hurry(now);
    }
    if (retries.isDue(now)) {
      retries.tried(now, plan.refusedCount());
      plan.retry();
    }
  }

  private synchronized List<RouteChange> changes() {
    List<RouteChange> changes = plan.take(BATCH);
    isWriting = !changes.isEmpty();
    return changes;
  }

  private void carryOut(List<RouteChange> changes) {
    List<RouteFailure> failures;
    try {
      failures = kernel.routes().apply(changes);
    } catch (KernelException e) {
      throw new KernelException("write routes", e.errno(), String.valueOf(e.getMessage()));
    }
    Map<RouteChange, KernelException> failed = new HashMap<>();
    failures.forEach(failure -> failed.put(failure.change(), failure.cause()));
    synchronized (this) {
      for (RouteChange change : changes) {
        KernelException cause = failed.isEmpty() ? null : failed.get(change);
        if (cause == null) {
          plan.done(change);
        } else {
          plan.refused(change, cause);
        }
      }
      isWriting = false;
      notifyAll();
    }
    if (failures.isEmpty()) {
      retries.taken();
    } else {
      retries.refused(System.nanoTime());
    }
  }

  // ---- what is said

  /// What the kernel has is not known any more.
  private void failed(KernelException e) {
    speech.failed(e);
    reader.endPatrol();
    synchronized (this) {
      mustRead = true;
    }
    nextRead = System.nanoTime() + PAUSE_AFTER_FAILURE;
  }

  private void say() {
    long now = System.nanoTime();
    Optional<List<String>> examples;
    int missing;
    synchronized (this) {
      missing = plan.missing();
      examples = speech.missing(plan, now);
    }
    examples.ifPresent(some -> speech.say(missing, some, now));
  }

  /// Waits until all that was told is in the kernel, or was refused.
  public synchronized void finish(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      long left = patience.toMillis();
      while (left > 0
          && (!plan.isRead() || mustRead || isWriting || !plan.isIdle() || !news.isEmpty())) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends the thread and closes the kernel's sockets. The routes stay.
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    try (kernel) {
      thread.join();
      reader.endPatrol();
      watch.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("cannot stop watching routes: {}", e.getMessage());
    }
  }
}
