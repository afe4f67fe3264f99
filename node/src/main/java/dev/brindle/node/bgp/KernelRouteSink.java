// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes bird's routes into the main table, under bird's protocol number. One thread owns the plan
/// and
/// the kernel's sockets; others post and go on.
///
/// The table is read again when interfaces or addresses change, once a minute, and two seconds
/// after the
/// kernel refused something.
public final class KernelRouteSink implements RouteSink, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KernelRouteSink.class);
  private static final Duration RESYNC = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Kernel kernel;
  private final KernelPlan plan = new KernelPlan();
  private final AutoCloseable linkWatch;
  private final Thread thread;
  private final Set<Cidr> complained = new HashSet<>();
  private volatile int routes;
  private volatile Optional<String> problem = Optional.empty();

  // the mailbox
  private Map<Cidr, RouteUpdate> updates = new LinkedHashMap<>();
  private @Nullable LocalRoutes local;
  private boolean isConverged;
  private boolean isTableStale = true;
  private boolean isClosed;

  /// @param kernel becomes the sink's own; closed with it
  public KernelRouteSink(Kernel kernel) {
    this.kernel = kernel;
    linkWatch = kernel.links().watch(_ -> tableChanged());
    thread = Thread.ofPlatform().name("bird-routes").daemon().start(this::run);
  }

  @Override
  public synchronized void apply(List<RouteUpdate> changed) {
    changed.forEach(update -> updates.put(update.prefix(), update));
    notifyAll();
  }

  @Override
  public synchronized void converged() {
    isConverged = true;
    notifyAll();
  }

  /// What is the node's own changed.
  ///
  /// @param blackholes own blocks whose routes bird writes
  /// @param notOurs pools whose routes felix writes
  public synchronized void local(Set<Cidr> blackholes, List<Cidr> notOurs) {
    local = new LocalRoutes(blackholes, notOurs);
    notifyAll();
  }

  private synchronized void tableChanged() {
    isTableStale = true;
    notifyAll();
  }

  /// How many routes of bird are in the kernel.
  public int size() {
    return routes;
  }

  /// Why no route at all can be read or written. One that the kernel refuses is only logged.
  public List<String> problems() {
    return problem.stream().toList();
  }

  private void run() {
    long lastRead = 0;
    Duration pause = Duration.ZERO;
    try {
      while (true) {
        News news = take(lastRead + pause.toNanos());
        if (news == null) {
          return;
        }
        if (news.readsTable() || System.nanoTime() - lastRead >= pause.toNanos()) {
          lastRead = System.nanoTime();
          pause = resync(news) ? RESYNC : RETRY;
        } else if (!carryOut(plan.of(fed(news)))) {
          pause = RETRY;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for news or until it is time to look at the table again.
  ///
  /// @return null when closed
  private synchronized @Nullable News take(long deadline) throws InterruptedException {
    while (!isClosed && updates.isEmpty() && local == null && !isConverged && !isTableStale) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    if (isClosed) {
      return null;
    }
    News news = new News(updates, local, isConverged, isTableStale);
    updates = new LinkedHashMap<>();
    local = null;
    isConverged = false;
    isTableStale = false;
    return news;
  }

  private Set<Cidr> fed(News news) {
    plan.told(news.updates().values());
    return news.updates().keySet();
  }

  private boolean resync(News news) {
    fed(news);
    if (news.local() != null) {
      plan.local(news.local());
    }
    if (news.converged()) {
      plan.converged();
    }
    try {
      List<Route> table = new ArrayList<>();
      for (IpFamily family : IpFamily.values()) {
        table.addAll(kernel.routes().list(family));
      }
      plan.read(table);
    } catch (KernelException e) {
      return failed("cannot read the routing table: " + e.getMessage());
    }
    boolean isDone = carryOut(plan.all());
    complainOfUnplaced();
    return isDone;
  }

  private boolean carryOut(List<RouteChange> changes) {
    if (changes.isEmpty()) {
      works();
      return true;
    }
    List<RouteFailure> failures;
    try {
      failures = kernel.routes().apply(changes);
    } catch (KernelException e) {
      return failed("cannot write routes: " + e.getMessage());
    }
    works();
    Set<RouteChange> failed = new HashSet<>();
    for (RouteFailure failure : failures) {
      failed.add(failure.change());
      if (complained.add(failure.change().route().destination())) {
        LOG.warn("route refused, trying again: {}", failure.cause().getMessage());
      }
    }
    changes.stream().filter(change -> !failed.contains(change)).forEach(plan::done);
    routes = plan.size();
    return failures.isEmpty();
  }

  /// Said once, though it is tried again and again.
  private boolean failed(String what) {
    if (!problem.equals(Optional.of(what))) {
      LOG.warn("{}, trying again", what);
      problem = Optional.of(what);
    }
    return false;
  }

  private void works() {
    if (problem.isPresent()) {
      LOG.info("routes can be read and written again");
      problem = Optional.empty();
    }
  }

  private void complainOfUnplaced() {
    List<Cidr> unplaced = plan.unplaced();
    for (Cidr prefix : unplaced) {
      if (complained.add(prefix)) {
        LOG.warn(
            "{} is known by BGP but not in the kernel: no way to its next hop, or taken", prefix);
      }
    }
    complained.retainAll(unplaced);
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
      linkWatch.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("cannot stop watching interfaces: {}", e.getMessage());
    }
  }

  private record News(
      Map<Cidr, RouteUpdate> updates,
      @Nullable LocalRoutes local,
      boolean converged,
      boolean isTableStale) {

    boolean readsTable() {
      return isTableStale || converged || local != null;
    }
  }
}
