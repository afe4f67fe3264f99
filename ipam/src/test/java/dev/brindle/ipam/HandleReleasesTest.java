// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class HandleReleasesTest {

  private static final Cidr BLOCK = Cidr.parse("10.0.0.0/26");
  private static final Cidr OTHER = Cidr.parse("10.0.0.64/26");

  private final ReentrantLock turn = new ReentrantLock(true);
  private final List<String> writes = new ArrayList<>();
  private final HandleReleases releases = new HandleReleases(turn, this::write);

  private List<Assignment> write(Cidr block, Set<String> handles) {
    writes.add(block + " " + handles.stream().sorted().toList());
    if (handles.contains("bad")) {
      throw new IpamException("no");
    }
    return handles.stream().sorted().map(handle -> held(block, handle)).toList();
  }

  private static Assignment held(Cidr block, String handle) {
    IpAddress address = block.address().plus(handle.charAt(0) - 'a');
    return new Assignment(
        address, new IpamBlock.Attribute(handle, Map.of(), Map.of(), Optional.empty()), 0);
  }

  /// One after the other, each once the one before waits for its turn.
  private List<FutureTask<List<Assignment>>> queued(Cidr block, String... handles) {
    List<FutureTask<List<Assignment>>> tasks = new ArrayList<>();
    for (String handle : handles) {
      var task = new FutureTask<>(() -> releases.release(block, handle));
      Thread thread = Thread.ofPlatform().daemon().start(task);
      while (!turn.hasQueuedThread(thread)) {
        Thread.onSpinWait();
      }
      tasks.add(task);
    }
    return tasks;
  }

  @Test
  void whoComesWhileABlockIsBusyGoesInOneWrite() throws Exception {
    List<FutureTask<List<Assignment>>> tasks;
    turn.lock();
    try {
      tasks = queued(BLOCK, "a", "b", "c");
      tasks.addAll(queued(OTHER, "d"));
    } finally {
      turn.unlock();
    }

    for (int i = 0; i < tasks.size(); i++) {
      String handle = String.valueOf((char) ('a' + i));
      assertThat(tasks.get(i).get()).extracting(Assignment::handle).containsExactly(handle);
    }
    assertThat(writes).containsExactly("10.0.0.0/26 [a, b, c]", "10.0.0.64/26 [d]");
  }

  @Test
  void eachHearsOfAFailureAndTheNextIsNoneOfTheirs() throws Exception {
    List<FutureTask<List<Assignment>>> tasks;
    turn.lock();
    try {
      tasks = queued(BLOCK, "a", "bad");
    } finally {
      turn.unlock();
    }

    for (FutureTask<List<Assignment>> task : tasks) {
      assertThatThrownBy(task::get).hasCauseInstanceOf(IpamException.class);
    }
    assertThat(releases.release(BLOCK, "a")).hasSize(1);
    assertThat(writes).containsExactly("10.0.0.0/26 [a, bad]", "10.0.0.0/26 [a]");
  }
}
