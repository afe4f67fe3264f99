// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.kernel.RouteWalk;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteSelection;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
  private static final long PATROL = Duration.ofSeconds(60).toNanos();
  private static final long RETRY = Duration.ofSeconds(2).toNanos();
  private static final long MAX_RETRY = Duration.ofMinutes(1).toNanos();
  private static final long SAY = Duration.ofSeconds(5).toNanos();

  /// A walk over all routes costs at most one part in so many of the time.
  private static final int PATROL_SHARE = 100;

  /// Should news be lost again and again.
  private static final long MIN_BETWEEN_READS = Duration.ofMillis(100).toNanos();

  private static final int BATCH = 4000;
  private static final int MAX_NEWS = 100_000;
  private static final int EXAMPLES = 3;

  private final Kernel kernel;
  private final FibSettings settings;
  private final KernelPlan plan;
  private final AutoCloseable watch;
  private final Thread thread;
  private volatile Optional<String> problem = Optional.empty();

  // guarded by the monitor
  private List<RouteNews> news = new ArrayList<>();
  private boolean mustRead = true;
  private boolean isWriting;
  private boolean isClosed;

  // the thread's own
  private Optional<Patrol> patrol = Optional.empty();
  private long nextPatrol;
  private long retryPause = RETRY;
  private long nextRetry = Long.MAX_VALUE;
  private long nextRead;
  private int saidMissing;
  private long mayNextSay;

  /// Calico's way: the main table, metric 1024, protocol 12.
  ///
  /// @param kernel becomes the sink's own; closed with it
  public KernelRouteSink(Kernel kernel) {
    this(kernel, FibSettings.CALICO);
  }

  /// @param kernel becomes the sink's own; closed with it
  public KernelRouteSink(Kernel kernel, FibSettings settings) {
    this.kernel = kernel;
    this.settings = settings;
    plan = new KernelPlan(settings, new SecureRandom().nextLong());
    nextRead = System.nanoTime();
    nextPatrol = nextRead + PATROL;
    mayNextSay = nextRead;
    watch = kernel.routes().watch(this::hear);
    thread = Thread.ofPlatform().name("bird-routes").daemon().start(this::run);
  }

  /// Whether this process may write routes at all.
  ///
  /// @throws KernelException if not, for lack of CAP_NET_ADMIN
  public static void check(Kernel kernel, FibSettings settings) {
    kernel.routes().apply(List.of(nothing(settings))).stream()
        .map(RouteFailure::cause)
        .findFirst()
        .ifPresent(
            cause -> {
              throw cause;
            });
  }

  // ---- others tell

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
  public synchronized void local(Set<Cidr> blackholes, List<Cidr> notOurs) {
    plan.local(new LocalRoutes(blackholes, notOurs));
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

  @Override
  public synchronized Optional<Installation> installation(Cidr prefix) {
    return plan.says(prefix);
  }

  /// Why no route at all can be read or written. One that the kernel refuses is only logged.
  public List<String> problems() {
    return problem.stream().toList();
  }

  // ---- the thread

  private void run() {
    try {
      while (await()) {
        try {
          round();
          works();
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
    if (!news.isEmpty() || !plan.isIdle() || plan.wantsPatrol() || patrol.isPresent()) {
      return now;
    }
    long wake = Math.min(nextPatrol, nextRetry);
    return plan.missing() == saidMissing ? wake : Math.min(wake, Math.max(now + 1, mayNextSay));
  }

  private void round() {
    if (isToRead()) {
      readAll();
    }
    takeIn();
    List<RouteSelection> doubts = doubts();
    if (!doubts.isEmpty()) {
      letOthersFinish();
    }
    for (RouteSelection doubt : doubts) {
      List<Route> found = new ArrayList<>();
      kernel.routes().walk(doubt).finish(found::add);
      synchronized (this) {
        plan.reread(doubt, found);
      }
    }
    List<RouteChange> changes = changes();
    if (!changes.isEmpty()) {
      carryOut(changes);
    }
    patrol();
  }

  /// The kernel tells of an interface or address before it takes the routes away, and others wait
  /// meanwhile who want to change something: whoever has changed something knows it is over.
  private void letOthersFinish() {
    kernel.routes().apply(List.of(nothing(settings)));
  }

  private static RouteChange nothing(FibSettings settings) {
    Cidr nobodys = Cidr.parse("255.255.255.255/32");
    return new RouteChange.Remove(Way.BLACKHOLE.to(nobodys, settings));
  }

  private synchronized boolean isToRead() {
    boolean is = mustRead;
    mustRead = false;
    if (is) {
      news.clear(); // all of it is in what is read now
    }
    return is;
  }

  private void readAll() {
    endPatrol();
    long began = System.nanoTime();
    try {
      synchronized (this) {
        plan.forget();
      }
      for (RouteSelection all : tables()) {
        RouteWalk walk = kernel.routes().walk(all);
        try (walk) {
          while (step(walk, plan::found)) {
            // the next portion
          }
        }
      }
      synchronized (this) {
        plan.readDone();
      }
      long now = System.nanoTime();
      nextRead = now + Math.max(MIN_BETWEEN_READS, 3 * (now - began));
    } catch (KernelException e) {
      throw new KernelException(
          "read the routing table", e.errno(), String.valueOf(e.getMessage()));
    }
  }

  private Set<RouteSelection> tables() {
    Set<RouteSelection> all = new LinkedHashSet<>();
    for (IpFamily family : IpFamily.values()) {
      all.add(RouteSelection.all(family, Route.MAIN_TABLE));
      all.add(RouteSelection.all(family, settings.table()));
    }
    return all;
  }

  private boolean step(RouteWalk walk, Consumer<Route> each) {
    List<Route> portion = new ArrayList<>();
    boolean goesOn = walk.step(portion::add);
    synchronized (this) {
      portion.forEach(each);
    }
    return goesOn;
  }

  private synchronized void takeIn() {
    boolean helps = false;
    for (RouteNews heard : news) {
      helps |= plan.heard(heard);
    }
    news.clear();
    boolean isTime = nextRetry - System.nanoTime() <= 0;
    if (helps || isTime) {
      plan.retry();
      nextRetry = Long.MAX_VALUE;
    }
  }

  private synchronized List<RouteSelection> doubts() {
    return plan.doubts();
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
      retryPause = RETRY;
    } else if (nextRetry == Long.MAX_VALUE) {
      nextRetry = System.nanoTime() + retryPause;
      retryPause = Math.min(2 * retryPause, MAX_RETRY);
    }
  }

  // ---- the walk over ours

  private static final class Patrol {
    private final List<RouteSelection> left;
    private final long began = System.nanoTime();
    private Optional<RouteWalk> walk = Optional.empty();

    private Patrol(List<RouteSelection> left) {
      this.left = left;
    }
  }

  private void patrol() {
    if (patrol.isEmpty() && isPatrolDue()) {
      List<RouteSelection> ours = new ArrayList<>();
      for (IpFamily family : IpFamily.values()) {
        ours.add(RouteSelection.all(family, settings.table()).of(settings.owner()));
      }
      letOthersFinish();
      patrol = Optional.of(new Patrol(ours));
      synchronized (this) {
        plan.beginPatrol();
      }
    }
    if (patrol.isPresent()) {
      goOn(patrol.get());
    }
  }

  private synchronized boolean isPatrolDue() {
    return plan.wantsPatrol() || nextPatrol - System.nanoTime() <= 0;
  }

  private void goOn(Patrol under) {
    if (under.walk.isEmpty()) {
      under.walk = Optional.of(kernel.routes().walk(under.left.removeFirst()));
    }
    if (step(under.walk.get(), plan::met)) {
      return;
    }
    under.walk = Optional.empty();
    if (under.left.isEmpty()) {
      patrol = Optional.empty();
      long now = System.nanoTime();
      nextPatrol = now + Math.max(PATROL, PATROL_SHARE * (now - under.began));
      int lost;
      synchronized (this) {
        lost = plan.endPatrol();
      }
      if (lost > 0) {
        LOG.info("{} routes went from the kernel without a word: writing them again", lost);
      }
    }
  }

  private void endPatrol() {
    patrol.flatMap(under -> under.walk).ifPresent(RouteWalk::close);
    patrol = Optional.empty();
  }

  // ---- what is said

  /// Said once, though it is tried again and again. What the kernel has is not known any more.
  private void failed(KernelException e) {
    String what = "cannot " + e.getMessage();
    if (!problem.equals(Optional.of(what))) {
      LOG.warn("{}, trying again", what);
      problem = Optional.of(what);
    }
    endPatrol();
    synchronized (this) {
      mustRead = true;
    }
    nextRead = System.nanoTime() + RETRY;
  }

  private void works() {
    if (problem.isPresent()) {
      LOG.info("routes can be read and written again");
      problem = Optional.empty();
    }
  }

  /// Not more often than every few seconds, and not for each route.
  private void say() {
    long now = System.nanoTime();
    List<String> examples;
    int missing;
    synchronized (this) {
      missing = plan.missing();
      if (missing == saidMissing || !plan.isIdle() || mayNextSay - now > 0) {
        return;
      }
      examples = plan.missing(EXAMPLES);
    }
    saidMissing = missing;
    mayNextSay = now + SAY;
    if (missing == 0) {
      LOG.info("all that BGP knows is in the kernel");
    } else {
      LOG.warn(
          "{} prefixes are known by BGP but not in the kernel, such as {}",
          missing,
          String.join("; ", examples));
    }
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
      endPatrol();
      watch.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("cannot stop watching routes: {}", e.getMessage());
    }
  }
}
