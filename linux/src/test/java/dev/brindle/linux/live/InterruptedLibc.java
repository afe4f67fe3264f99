// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.Libc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/// The C library, except that somebody else gets a turn before some calls.
final class InterruptedLibc {

  private final String call;
  private IntConsumer before = _ -> {};
  private int count;

  /// @param call name of the method, such as `receive`
  InterruptedLibc(String call) {
    this.call = call;
  }

  /// @param action is told how many such calls there were since this one
  void before(IntConsumer action) {
    count = 0;
    before = action;
  }

  Libc libc() {
    return (Libc)
        Proxy.newProxyInstance(
            Libc.class.getClassLoader(),
            new Class<?>[] {Libc.class},
            (_, method, arguments) -> {
              if (method.getName().equals(call)) {
                before.accept(++count);
              }
              try {
                return method.invoke(JnrLibc.get(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
