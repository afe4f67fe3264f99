// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/// Felix on one node: keeps the kernel matching policy and cluster from `start` to `close`. All is
/// done on one thread of its own; other threads post to it and read its last report.
///
/// The kernel object is the agent's alone while it runs; what it wrote stays when it ends.
public final class Agent implements AutoCloseable {

  private static final List<ResourceKind> KINDS =
      List.of(
          ResourceKind.WORKLOAD_ENDPOINT,
          ResourceKind.HOST_ENDPOINT,
          ResourceKind.PROFILE,
          ResourceKind.NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.NETWORK_SET,
          ResourceKind.GLOBAL_NETWORK_SET,
          ResourceKind.TIER,
          ResourceKind.IP_POOL,
          ResourceKind.NODE,
          ResourceKind.BLOCK_AFFINITY,
          ResourceKind.IPAM_BLOCK,
          ResourceKind.FELIX_CONFIGURATION,
          ResourceKind.BGP_CONFIGURATION);

  /// By themselves: a user who may not ask for them keeps nothing else from being enforced.
  private static final List<ResourceKind> SERVICES =
      List.of(ResourceKind.KUBERNETES_ENDPOINT_SLICE);

  private final Datastore datastore;
  private final Kernel kernel;
  private final AgentLoop loop;
  private final SecondSource endpoints;
  private final Mailbox<Object, AgentEvent> mailbox = new Mailbox<>();
  private final Thread thread;
  private final Object published = new Object();
  private volatile AgentReport report = AgentReport.BEFORE_START;
  private Optional<Feed> feed = Optional.empty();
  private Optional<Feed> serviceFeed = Optional.empty();
  private Optional<AutoCloseable> watch = Optional.empty();

  /// @param environment of the process; `FELIX_...` in it are settings
  public Agent(
      String node,
      Map<String, String> environment,
      Datastore datastore,
      Kernel kernel,
      InstantSource clock) {
    this(node, environment, datastore, kernel, TablePlan.FEWEST_CHANGES, clock);
  }

  /// @param environment of the process; `FELIX_...` in it are settings
  /// @param plan how a table there is becomes the desired one
  public Agent(
      String node,
      Map<String, String> environment,
      Datastore datastore,
      Kernel kernel,
      TablePlan plan,
      InstantSource clock) {
    this(node, environment, datastore, kernel, plan, clock, AgentLoop.LOG);
  }

  /// @param environment of the process; `FELIX_...` in it are settings
  /// @param plan how a table there is becomes the desired one
  /// @param log where what goes wrong is said; the report says it too
  public Agent(
      String node,
      Map<String, String> environment,
      Datastore datastore,
      Kernel kernel,
      TablePlan plan,
      InstantSource clock,
      Logger log) {
    this.datastore = datastore;
    this.kernel = kernel;
    this.endpoints = new SecondSource(node);
    this.loop =
        new AgentLoop(
            mailbox,
            new Round(node, environment, ServiceKnowledge.UNKNOWN, kernel, plan),
            endpoints,
            datastore.hasServices() ? ServiceGate.News.COMING : ServiceGate.News.NEVER,
            clock,
            this::publish,
            log);
    this.thread = Thread.ofPlatform().name("felix").unstarted(loop);
  }

  /// Begins. The kernel is not touched before the datastore has told all it has.
  public void start() {
    watch = Optional.of(kernel.links().watch(news -> post(new AgentEvent.Interface(news))));
    thread.start();
    if (datastore.hasServices()) {
      serviceFeed = Optional.of(datastore.feed(SERVICES, new ServiceListener()));
    }
    feed = Optional.of(datastore.feed(KINDS, new Listener()));
  }

  /// The last report; never waits.
  public AgentReport report() {
    return report;
  }

  /// Waits until pods may have another MTU than this one.
  public int awaitOtherMtu(int known) throws InterruptedException {
    synchronized (published) {
      while (report.podMtu() == known) {
        published.wait();
      }
      return report.podMtu();
    }
  }

  /// Waits until an endpoint is in the kernel as stored under a revision, or the time is up.
  ///
  /// @return whether it is
  public boolean awaitInForce(ResourceKey endpoint, String revision, Duration atMost)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    synchronized (published) {
      while (!report.isInForce(endpoint, revision)) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(published, left);
      }
      return true;
    }
  }

  /// Takes an endpoint that the store does not have yet: it counts, over what the store says, until
  /// the store says the same of it, `storedNow`, or `removeUnstored`. Its policy is made of what
  /// the store told last. May be said before `start`, so that it counts from the first moment.
  public void putUnstored(Unstored endpoint) {
    post(new AgentEvent.NotStored(endpoint));
  }

  /// The store has it now: it counts until the store has told of that write, or of a later one that
  /// took its place before it was told.
  ///
  /// @param revision of the write
  public void storedNow(ResourceKey endpoint, String containerId, String revision) {
    post(new AgentEvent.StoredNow(endpoint, containerId, revision));
  }

  /// It is no error if there is none, or another container has it by now.
  public void removeUnstored(ResourceKey endpoint, String containerId) {
    post(new AgentEvent.NotStoredGone(endpoint, containerId));
  }

  /// What the store told last of an endpoint of this node.
  public Optional<WorkloadEndpoint> told(ResourceKey endpoint) {
    return endpoints.told(endpoint);
  }

  /// Whether the agent's thread is still there: it ends only by `close`, or by a fault of its own,
  /// and then the process must be started anew.
  public boolean isAlive() {
    return thread.isAlive();
  }

  /// Ends the feed and the thread. The kernel object stays open: it is the caller's.
  @Override
  public void close() {
    feed.ifPresent(Feed::close);
    serviceFeed.ifPresent(Feed::close);
    watch.ifPresent(Agent::end);
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(AutoCloseable watch) {
    try {
      watch.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("the watch of interfaces does not end", e);
    }
  }

  private void post(AgentEvent event) {
    mailbox.post(event.key(), event);
  }

  private void publish(AgentReport changed) {
    synchronized (published) {
      report = changed;
      published.notifyAll();
    }
  }

  /// Posts who is behind services, and whether that is known.
  private final class ServiceListener implements FeedListener {

    private boolean isKnown;

    @Override
    public void changed(List<Change> changes) {
      changes.forEach(change -> post(new AgentEvent.Changed(change)));
    }

    @Override
    public void inSync() {
      isKnown = true;
      post(new AgentEvent.Services(ServiceGate.News.KNOWN));
    }

    /// A feed that fails later goes on from what it has told.
    @Override
    public void failed(String why, boolean isRefusal) {
      if (!isKnown) {
        post(new AgentEvent.Services(ServiceGate.News.failed(why, isRefusal)));
      }
    }
  }

  /// Posts what the feed tells.
  private final class Listener implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      changes.forEach(change -> post(new AgentEvent.Changed(change)));
    }

    @Override
    public void inSync() {
      post(new AgentEvent.InSync());
    }
  }
}
