// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;

/// SIGHUP, which would end the process otherwise. By reflection: `sun.misc.Signal` is the only way
/// there is, and naming it is a warning that cannot be silenced.
final class HangupSignal {

  private HangupSignal() {}

  /// @param action on a thread of its own, each time
  /// @return false if the signal is ignored, as under nohup
  static boolean onEach(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      Object handling =
          MethodHandleProxies.asInterfaceInstance(
              handler, MethodHandles.dropArguments(run, 0, signal));
      Object hangup = signal.getConstructor(String.class).newInstance("HUP");
      Object before = signal.getMethod("handle", signal, handler).invoke(null, hangup, handling);
      // what was ignored when the process began stays so, whoever wants to handle it
      return !handler.getField("SIG_IGN").get(null).equals(before);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false; // the JVM was told to leave signals alone, with -Xrs
      }
      throw new IllegalStateException("cannot take SIGHUP", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no jdk.unsupported", e);
    }
  }
}
