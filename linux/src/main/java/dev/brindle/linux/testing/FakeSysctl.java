// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Sysctl;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Settings in memory. Those of an interface are there if the interface is; all others always are.
public final class FakeSysctl implements Sysctl {

  private static final Pattern OF_INTERFACE =
      Pattern.compile("net/ipv[46]/(?:conf|neigh)/([^/]+)/[^/]+");

  private final FakeLinks links;
  private final Consumer<String> enter;
  private final Map<String, String> values = new TreeMap<>();

  FakeSysctl(FakeLinks links, Consumer<String> enter) {
    this.links = links;
    this.enter = enter;
  }

  @Override
  public Optional<String> read(String path) {
    check(path);
    return exists(path) ? Optional.of(values.getOrDefault(path, "0")) : Optional.empty();
  }

  @Override
  public void write(String path, String value) {
    check(path);
    enter.accept("set %s to %s".formatted(path, value));
    if (!exists(path)) {
      throw new KernelException("set %s to %s".formatted(path, value), Errno.ENOENT);
    }
    values.put(path, value);
  }

  /// What was written.
  public Map<String, String> written() {
    return Map.copyOf(values);
  }

  private static void check(String path) {
    if (path.startsWith("/") || path.contains("..")) {
      throw new IllegalArgumentException("'%s' is not a path below /proc/sys".formatted(path));
    }
  }

  private boolean exists(String path) {
    Matcher matcher = OF_INTERFACE.matcher(path);
    if (!matcher.matches()) {
      return true;
    }
    String name = matcher.group(1);
    return name.equals("all") || name.equals("default") || links.find(name).isPresent();
  }
}
