// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Applies changes in memory, and refuses what the kernel refuses. Not for several threads.
public final class FakeKernel implements Kernel {

  private final Deque<Failure> failures = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> forgotten = new ArrayList<>();
  private final FakeLinks links = new FakeLinks(this::enter);
  private final FakeRoutes routes = new FakeRoutes(links, this::enter);
  private final FakeNeighbours neighbours = new FakeNeighbours(links, this::enter);
  private final FakeNft nft = new FakeNft(this::enter, this::fail);
  private final FakeSysctl sysctl = new FakeSysctl(links, this::enter);
  private final FakeTrafficControl traffic = new FakeTrafficControl(links, this::enter);

  private Consumer<String> beforeEach = _ -> {};

  private record Failure(Predicate<String> which, Errno errno) {}

  /// With a loopback interface, which is down.
  public FakeKernel() {}

  /// Refuses the next call whose description contains `text`, such as `put route 10.0.0.0/26`.
  public void failNext(String text, Errno errno) {
    failures.add(new Failure(call -> call.contains(text), errno));
  }

  /// From now on this is told of each change before it is made, and may throw instead.
  public void beforeEach(Consumer<String> listener) {
    beforeEach = listener;
  }

  /// What was asked to be changed, in order, as descriptions.
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /// Addresses whose connections were forgotten, in order.
  public List<String> forgotten() {
    return List.copyOf(forgotten);
  }

  private void enter(String call) {
    beforeEach.accept(call);
    calls.add(call);
    fail(call);
  }

  /// For questions, which are no changes.
  private void fail(String call) {
    Optional<Failure> wanted =
        failures.stream().filter(failure -> failure.which().test(call)).findFirst();
    wanted.ifPresent(
        failure -> {
          failures.remove(failure);
          throw new KernelException(call, failure.errno(), "the test wanted this");
        });
  }

  @Override
  public FakeRoutes routes() {
    return routes;
  }

  @Override
  public FakeLinks links() {
    return links;
  }

  @Override
  public FakeNeighbours neighbours() {
    return neighbours;
  }

  @Override
  public FakeNft nft() {
    return nft;
  }

  @Override
  public FakeSysctl sysctl() {
    return sysctl;
  }

  @Override
  public FakeTrafficControl traffic() {
    return traffic;
  }

  @Override
  public Conntrack conntrack() {
    return address -> {
      enter("forget " + address);
      forgotten.add(address.toString());
      return 0;
    };
  }

  @Override
  public void close() {}
}
