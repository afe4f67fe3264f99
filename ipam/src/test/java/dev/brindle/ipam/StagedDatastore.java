// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A store whose questions are written down, and of which a test may stop one or do something
/// before and after each.
final class StagedDatastore {

  private final Datastore store;
  private final List<String> asked = new ArrayList<>();
  private Consumer<String> before = _ -> {};
  private Consumer<String> after = _ -> {};
  private String held = "";
  private CountDownLatch arrived = new CountDownLatch(0);
  private CountDownLatch released = new CountDownLatch(0);

  StagedDatastore(Datastore store) {
    this.store = store;
  }

  Datastore open() {
    return (Datastore)
        Proxy.newProxyInstance(
            Datastore.class.getClassLoader(),
            new Class<?>[] {Datastore.class},
            (_, method, arguments) -> answer(method, arguments));
  }

  private Object answer(Method method, Object[] arguments) throws Throwable {
    String question = method.getName() + " " + subject(arguments[0]);
    arrive(question);
    try {
      Object answer = method.invoke(store, arguments);
      last().accept(question);
      return answer;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private synchronized Consumer<String> last() {
    return after;
  }

  private static String subject(Object what) {
    return switch (what) {
      case Resource resource -> resource.key().toString();
      case ResourceKey key -> key.toString();
      case ResourceKind kind -> kind.kindName();
      default -> what.toString();
    };
  }

  private void arrive(String question) throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(0);
    Consumer<String> first;
    synchronized (this) {
      asked.add(question);
      first = before;
      if (!held.isEmpty() && question.startsWith(held)) {
        held = "";
        gate = released;
        arrived.countDown();
      }
    }
    gate.await();
    first.accept(question);
  }

  /// The next question that begins so waits for `release`.
  synchronized void hold(String beginning) {
    held = beginning;
    arrived = new CountDownLatch(1);
    released = new CountDownLatch(1);
  }

  void awaitHeld() throws InterruptedException {
    CountDownLatch latch;
    synchronized (this) {
      latch = arrived;
    }
    latch.await();
  }

  synchronized void release() {
    released.countDown();
  }

  /// @param doing is given the question; may throw in place of the store
  synchronized void before(Consumer<String> doing) {
    before = doing;
  }

  /// @param doing the same when the store has done it; may throw, and the answer is lost
  synchronized void after(Consumer<String> doing) {
    after = doing;
  }

  synchronized void forget() {
    asked.clear();
  }

  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  List<String> asked(String beginning) {
    return asked().stream().filter(question -> question.startsWith(beginning)).toList();
  }
}
