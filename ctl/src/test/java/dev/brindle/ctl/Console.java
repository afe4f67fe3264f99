// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Commands on a store in memory, and what they print.
final class Console {

  private final MemoryDatastore store = new MemoryDatastore();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  MemoryDatastore store() {
    return store;
  }

  /// What the last command printed.
  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /// @return the exit code
  int run(String in, String... args) {
    out.reset();
    err.reset();
    return run(in, out, args);
  }

  int run(String in, ByteArrayOutputStream to, String... args) {
    var world =
        new Surroundings(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(to, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            "brindle");
    return new Calicoctl(world, _ -> kept()).execute(args);
  }

  /// A command closes its store at the end, and others go on.
  private Datastore kept() {
    return (Datastore)
        Proxy.newProxyInstance(
            Datastore.class.getClassLoader(),
            new Class<?>[] {Datastore.class},
            (_, method, arguments) -> {
              try {
                return method.getName().equals("close") ? null : method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /// Stores documents, each from its `kind` on.
  void apply(String... documents) {
    for (String document : documents) {
      int exit = run("apiVersion: projectcalico.org/v3\n" + document, "apply", "-f", "-");
      assertThat(exit).as("%s: %s", document, err()).isZero();
    }
  }

  /// What was printed, without the blanks that lines end with.
  String lines() {
    StringBuilder lines = new StringBuilder();
    out().lines().map(String::stripTrailing).forEach(line -> lines.append(line).append('\n'));
    return lines.toString();
  }
}
