// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import dev.brindle.bird.speaker.NeighbourDiscovery;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds neighbours by router advertisements. Costs nothing until something is looked for. One
/// thread owns all searches.
public final class RouterDiscovery implements NeighbourDiscovery {

  private static final Logger LOG = LoggerFactory.getLogger(RouterDiscovery.class);
  private static final int LOOK_AGAIN_SECONDS = 10;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("discovery").unstarted(task));
  private final List<LinkSearch> searches = new ArrayList<>();
  private @Nullable Kernel kernel;

  @Override
  public Watch watch(String link, Listener listener) {
    LinkSearch[] search = new LinkSearch[1];
    thread.execute(
        guarded(
            () -> {
              search[0] = new LinkSearch(JnrLibc.get(), link, listener, thread);
              searches.add(search[0]);
              look(search[0]);
            }));
    return () ->
        thread.execute(
            guarded(
                () -> {
                  search[0].close();
                  searches.remove(search[0]);
                }));
  }

  private void look(LinkSearch search) {
    Optional<Link> link;
    try {
      link = kernel().links().find(search.name());
    } catch (KernelException e) {
      LOG.warn("cannot look at interface {}: {}", search.name(), e.getMessage());
      return; // the next look is soon
    }
    search.look(link);
  }

  private void lookAtAll() {
    searches.forEach(this::look);
  }

  /// News of links may be lost, and what the kernel refused may be granted later.
  private Kernel kernel() {
    if (kernel != null) {
      return kernel;
    }
    Kernel opened = LiveKernel.open();
    try {
      @SuppressWarnings("unused") // for the life of the process
      AutoCloseable watch = opened.links().watch(this::changed);
      kernel = opened;
    } catch (KernelException e) {
      opened.close();
      throw e;
    }
    @SuppressWarnings("unused") // likewise
    var looks =
        thread.scheduleWithFixedDelay(
            guarded(this::lookAtAll), LOOK_AGAIN_SECONDS, LOOK_AGAIN_SECONDS, TimeUnit.SECONDS);
    return opened;
  }

  private void changed(LinkNews news) {
    switch (news) {
      case LinkNews.Changed(var link) -> lookFor(link.name());
      case LinkNews.Gone(_, var name) -> lookFor(name);
      case LinkNews.Lost() -> thread.execute(guarded(this::lookAtAll));
      case LinkNews.AddressesChanged(_) -> {} // ours are the kernel's business
    }
  }

  private void lookFor(String name) {
    thread.execute(
        guarded(() -> searches.stream().filter(it -> it.name().equals(name)).forEach(this::look)));
  }

  private static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error("the search for neighbors failed", e);
      }
    };
  }
}
