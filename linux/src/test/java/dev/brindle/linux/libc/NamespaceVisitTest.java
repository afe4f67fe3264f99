// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NamespaceVisitTest {

  private static final Path PLACE = Path.of("/proc/thread-self/ns/net");

  private final List<NetworkNamespace> namespaces = new ArrayList<>();

  @BeforeEach
  void isMaster() {
    assumeTrue(
        "1".equals(System.getenv("BRINDLE_TEST_NAMESPACE")),
        "needs a network namespace of its own");
  }

  @AfterEach
  void close() {
    namespaces.forEach(NetworkNamespace::close);
  }

  private NetworkNamespace namespace() {
    var made = NetworkNamespace.create(JnrLibc.get());
    namespaces.add(made);
    return made;
  }

  private static long place() throws IOException {
    return ((Number) Files.getAttribute(PLACE, "unix:ino")).longValue();
  }

  @Test
  void oneThreadAfterTheOtherNamespace() throws IOException {
    NetworkNamespace one = namespace();
    NetworkNamespace other = namespace();
    Set<Long> threads = new HashSet<>();
    Callable<Long> work =
        () -> {
          threads.add(Thread.currentThread().threadId());
          return place();
        };

    for (int i = 0; i < 20; i++) {
      assertThat(one.call(work)).isEqualTo(one.inode());
      assertThat(other.call(work)).isEqualTo(other.inode());
    }

    // a caller may come while the thread is on its way to wait
    assertThat(threads).hasSizeLessThan(20);
    assertThat(place()).as("nobody else was moved").isNotIn(one.inode(), other.inode());
  }

  @Test
  void manyAtOnce() throws Exception {
    List<NetworkNamespace> some = List.of(namespace(), namespace(), namespace());
    try (ExecutorService callers = Executors.newFixedThreadPool(6)) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        NetworkNamespace namespace = some.get(i % some.size());
        answers.add(
            callers.submit(() -> namespace.call(NamespaceVisitTest::place) == namespace.inode()));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
  }

  @Test
  void aFailureIsToldAndTheThreadIsOfUse() throws IOException {
    NetworkNamespace namespace = namespace();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                namespace.call(
                    () -> {
                      throw new IllegalArgumentException("no");
                    }))
        .withMessage("no");

    NetworkNamespace other = namespace();
    assertThat(other.call(NamespaceVisitTest::place)).isEqualTo(other.inode());
  }

  /// Its number is another file's by then, and may be another namespace's.
  @Test
  void aNamespaceThatIsClosedIsNotEntered() {
    NetworkNamespace namespace = namespace();
    namespace.close();
    namespace(); // has the number

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> namespace.call(NamespaceVisitTest::place))
        .matches(e -> e.errno().equals(Errno.EBADF));
  }

  @Test
  void anInterruptEndsNothingAndStaysNoted() {
    NetworkNamespace namespace = namespace();
    var isBegun = new CountDownLatch(1);
    var isInterrupted = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              await(isBegun);
              caller.interrupt();
              isInterrupted.countDown();
            });

    String done =
        namespace.call(
            () -> {
              isBegun.countDown();
              await(isInterrupted);
              return "done";
            });

    assertThat(done).isEqualTo("done");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
