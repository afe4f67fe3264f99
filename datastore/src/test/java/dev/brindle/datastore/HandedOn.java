// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a store that wraps another leaves to the defaults, which are those of a store that can do
/// nothing more.
public final class HandedOn {

  private HandedOn() {}

  /// Names and parameters, in order.
  public static List<String> missing(Class<? extends Datastore> wrapper) {
    Set<String> own =
        Arrays.stream(wrapper.getDeclaredMethods())
            .map(HandedOn::signature)
            .collect(Collectors.toSet());
    return Arrays.stream(Datastore.class.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .map(HandedOn::signature)
        .filter(signature -> !own.contains(signature))
        .sorted()
        .toList();
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }
}
