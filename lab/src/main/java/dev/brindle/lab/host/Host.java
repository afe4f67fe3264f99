// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.host;

import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// A machine of the lab: a network namespace under a name in `/run/netns`.
public final class Host implements AutoCloseable {

  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final long MS_BIND = 4096;
  private static final int MNT_DETACH = 2;

  private final String name;
  private final NetworkNamespace namespace;
  private final Kernel kernel;

  private Host(String name, NetworkNamespace namespace, Kernel kernel) {
    this.name = name;
    this.namespace = namespace;
    this.kernel = kernel;
  }

  /// Makes the namespace, gives it its name and brings `lo` up.
  static Host create(Libc libc, String name) {
    NetworkNamespace namespace = NetworkNamespace.create(libc);
    try {
      Path file = NAMESPACES.resolve(name);
      Files.createFile(file);
      libc.mount(namespace.path().toString(), file.toString(), "none", MS_BIND, "");
    } catch (IOException e) {
      namespace.close();
      throw new UncheckedIOException(e);
    }
    Kernel kernel = LiveKernel.in(namespace);
    Host host = new Host(name, namespace, kernel);
    host.setUp("lo", true);
    return host;
  }

  /// The supervisor's own namespace, where the switches are.
  static Host ground(Libc libc) {
    NetworkNamespace namespace = NetworkNamespace.current(libc);
    return new Host("switch", namespace, LiveKernel.in(namespace));
  }

  /// Takes the name away; another may have it.
  void forget(Libc libc) {
    try {
      libc.unmount(path().toString(), MNT_DETACH);
      Files.delete(path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  /// For programs that are told of a namespace by its path.
  public Path path() {
    return NAMESPACES.resolve(name);
  }

  /// One thread's at a time: the lab's own.
  public Kernel kernel() {
    return kernel;
  }

  /// Does one thing inside, such as opening a socket, which stays inside whoever uses it then.
  public <T> T inside(Callable<T> work) {
    return namespace.call(work);
  }

  public void setUp(String device, boolean up) {
    kernel.links().setUp(index(device), up);
  }

  int index(String device) {
    return kernel
        .links()
        .find(device)
        .orElseThrow(() -> new IllegalStateException("%s has no %s".formatted(name, device)))
        .index();
  }

  /// How to run a program on this machine. nsenter(1) enters and becomes the program, so the
  /// process is the program's and no thread of ours ever strays.
  public List<String> command(List<String> program) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
    words.addAll(program);
    return words;
  }

  /// Starts a program whose output goes to the end of a file.
  public Process start(List<String> program, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(program))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  @Override
  public void close() {
    kernel.close();
    namespace.close();
  }
}
