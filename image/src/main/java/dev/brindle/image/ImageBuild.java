// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import dev.brindle.image.bill.BillOfMaterials;
import dev.brindle.image.debian.Apt;
import dev.brindle.image.debian.Deb;
import dev.brindle.image.debian.DebianBase;
import dev.brindle.image.debian.DebianJdk;
import dev.brindle.image.oci.BaseImage;
import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.Digest;
import dev.brindle.image.oci.Dockerfile;
import dev.brindle.image.oci.FileTree;
import dev.brindle.image.oci.ImageLayout;
import dev.brindle.image.oci.ImageSettings;
import dev.brindle.image.oci.Layer;
import dev.brindle.image.runtime.Caches;
import dev.brindle.image.runtime.LaunchFiles;
import dev.brindle.image.runtime.LibraryJars;
import dev.brindle.image.runtime.NeededPackages;
import dev.brindle.image.runtime.Programs;
import dev.brindle.image.runtime.RuntimeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One image, from its parts to the tar.
final class ImageBuild {

  private static final String NAME = "brindle/brindle";
  private static final String REGISTRY = "docker.io/";
  private static final String USER = "65532:65532";
  private static final List<String> ALWAYS = List.of("base-files", "ca-certificates", "libc6");
  private static final Pattern GCC_BASE = Pattern.compile("gcc-[0-9]+-base");
  private static final double MIB = 1 << 20;

  private final BuildOptions options;
  private final Revision revision;
  private final Architecture architecture;
  private final Path tools = Path.of(System.getProperty("java.home"));
  private final Path work;
  private @Nullable Apt apt;

  ImageBuild(BuildOptions options, Revision revision, Architecture architecture) {
    this.options = options;
    this.revision = revision;
    this.architecture = architecture;
    this.work = options.output().resolve("image-" + architecture.word());
  }

  void run() throws IOException, InterruptedException {
    Stage stage = Stage.fresh(work.resolve("stage"));
    compile(stage);
    jars(stage);
    Path jdk = jdk();
    RuntimeImage runtime = new RuntimeImage(tools, jdk, architecture);
    Set<String> modules = runtime.modules(stage.allJars());
    runtime.write(modules, stage.runtime());
    Optional<DebianBase> debian =
        options.base().isEmpty() ? Optional.of(debian(stage)) : Optional.empty();
    if (debian.isPresent()) {
      Path store = stage.runtime().resolve("lib/security/cacerts");
      Files.deleteIfExists(store);
      Files.write(store, debian.get().trust().bytes());
    }
    stage.date(revision.time());
    List<Path> caches = caches(stage);
    byte[] bill = bill(stage, debian, jdk, modules);
    Files.write(options.output().resolve("brindle-image-%s.cdx.json".formatted(word())), bill);

    Path layers = Files.createDirectories(work.resolve("layers"));
    List<Layer> own = new ArrayList<>();
    if (debian.isPresent()) {
      own.add(layer(layers, "base", debian.get().files(), "packages of Debian " + options.suite()));
    }
    own.add(layer(layers, "runtime", stage.runtimeTree(), "Java runtime made by jlink"));
    own.add(layer(layers, "libraries", stage.libraryTree(), "libraries from Maven Central"));
    own.add(layer(layers, "programs", programs(stage, caches, bill), "Brindle"));
    if (!caches.isEmpty()) {
      FileTree tree = new FileTree();
      caches.forEach(file -> tree.file(below("aot/" + file.getFileName()), Content.of(file)));
      own.add(layer(layers, "aot", tree, "ahead-of-time caches, not reproducible"));
    }
    Files.writeString(work.resolve("Dockerfile"), Dockerfile.text(settings(), "layers", own));
    BaseImage base = debian.isPresent() ? BaseImage.NONE : base();
    Path file = options.output().resolve("brindle-image-%s.tar".formatted(word()));
    Digest digest =
        new ImageLayout(settings(), base, own)
            .write(file, REGISTRY + NAME + ":" + options.version(), revision.time());
    System.out.printf(
        "image: %s:%s for %s is %s, manifest %s, %.1f MiB%n",
        NAME, options.version(), word(), file, digest, Files.size(file) / MIB);
  }

  private void compile(Stage stage) throws IOException, InterruptedException {
    boolean isOurs = architecture == Architecture.host();
    String given = Optional.ofNullable(System.getenv("CC")).orElse("gcc");
    String compiler = isOurs ? given : architecture.triplet() + "-gcc";
    try {
      Commands.run(
          options.sources(),
          Map.of(),
          List.of(
              options.sources().resolve("image/src/main/c/build").toString(),
              compiler,
              stage.programs().toString()));
    } catch (IOException e) {
      throw new IOException(
          "the programs in C need %s with a static C library (Debian: apt-get install %s): %s"
              .formatted(
                  compiler,
                  isOurs
                      ? "gcc libc6-dev"
                      : "gcc-%s libc6-dev-%s-cross"
                          .formatted(architecture.triplet().replace('_', '-'), word()),
                  e.getMessage()),
          e);
    }
  }

  private void jars(Stage stage) throws IOException, InterruptedException {
    LibraryJars jars = new LibraryJars(architecture, stage.jars(), stage.natives());
    Path modern = Files.createDirectories(work.resolve("modern"));
    try (Stream<Path> files = Files.list(options.libraries())) {
      for (Path file : files.filter(it -> it.toString().endsWith(".jar")).sorted().toList()) {
        if (file.getFileName().toString().startsWith("picocli-")) {
          Path copy = modern.resolve(file.getFileName());
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
          Commands.run(
              work,
              Map.of(),
              List.of(
                  tools.resolve("bin/java").toString(),
                  options.sources().resolve(".mvn/ModernClasses.java").toString(),
                  copy.toString()));
          jars.add(copy);
        } else {
          jars.add(file);
        }
      }
    }
    jars.check();
  }

  private Path jdk() throws IOException, InterruptedException {
    Path given = options.jdks().get(architecture);
    if (given != null) {
      return given;
    }
    if (architecture == Architecture.host()) {
      return tools;
    }
    try {
      return DebianJdk.unpack(apt(), Runtime.version().feature(), work.resolve("jdk"));
    } catch (IOException e) {
      throw new IOException(
          "no JDK of it: give one with -Dimage.jdk.%s=DIRECTORY, as Debian %s has none here: %s"
              .formatted(word(), options.suite(), e.getMessage()),
          e);
    }
  }

  private Apt apt() throws IOException, InterruptedException {
    if (apt == null) {
      apt = Apt.update(work.resolve("apt"), architecture, options.suite(), options.mirror());
    }
    return apt;
  }

  private DebianBase debian(Stage stage) throws IOException, InterruptedException {
    FileTree all = stage.runtimeTree();
    all.add(stage.libraryTree());
    all.add(stage.programTree());
    Set<String> names = new TreeSet<>(ALWAYS);
    names.addAll(NeededPackages.of(all, architecture));
    List<Deb> debs = new ArrayList<>(apt().fetch(List.copyOf(names)));
    Set<String> bases = new TreeSet<>();
    for (Deb deb : debs) {
      Matcher base = GCC_BASE.matcher(deb.field("Depends"));
      if (base.find()) {
        bases.add(base.group()); // has the licences of GCC's libraries
      }
    }
    debs.addAll(apt().fetch(List.copyOf(bases)));
    return DebianBase.of(debs);
  }

  private List<Path> caches(Stage stage) throws IOException, InterruptedException {
    if (options.caches().isEmpty()) {
      return List.of();
    }
    if (architecture != Architecture.host()) {
      System.out.printf(
          "image: %s has no ahead-of-time caches: they can only be made on such a machine%n",
          word());
      return List.of();
    }
    Files.createSymbolicLink(stage.programs().resolve("brindle-cni-c"), Path.of("brindle-cni"));
    return new Caches(options.sources(), stage.directory(), tools)
        .make(options.caches(), System.getProperty("java.class.path"));
  }

  private byte[] bill(Stage stage, Optional<DebianBase> debian, Path jdk, Set<String> modules)
      throws IOException {
    BillOfMaterials bill = new BillOfMaterials(NAME, options.version(), revision.time().toString());
    if (debian.isPresent()) {
      for (Deb deb : debian.get().packages()) {
        bill.debian(deb.name(), deb.version(), deb.field("Architecture"), options.suite());
      }
    }
    bill.jdk(jdk, modules);
    bill.jars(options.bill(), Set.copyOf(stage.jarNames()));
    for (String name : List.of("bin/brindle", "cni/brindle-cni")) {
      bill.file(
          Stage.HOME + "/" + name,
          Map.of("linked", "statically, with the C library of the machine it was built on"));
    }
    return bill.bytes();
  }

  private FileTree programs(Stage stage, List<Path> caches, byte[] bill) throws IOException {
    Set<String> names =
        caches.stream()
            .map(file -> file.getFileName().toString().replace(".aot", ""))
            .collect(Collectors.toSet());
    FileTree tree = stage.ownJarTree();
    tree.add(stage.programTree());
    Path maven = options.sources().resolve(".mvn");
    tree.add(
        new LaunchFiles(Stage.HOME, stage.jarNames(), names)
            .write(
                Programs.read(maven.resolve("programs.sh")).all(),
                Files.readString(maven.resolve("help.txt"))));
    tree.file(below("LICENSE"), Content.of(options.sources().resolve("LICENSE")));
    tree.file(below("sbom.cdx.json"), Content.of(bill));
    return tree;
  }

  private BaseImage base() throws IOException, InterruptedException {
    Path given = Path.of(options.base());
    if (Files.isDirectory(given)) {
      return BaseImage.read(given, word());
    }
    Path unpacked = Files.createDirectories(work.resolve("base"));
    Commands.run(unpacked, Map.of(), List.of("tar", "-xf", given.toAbsolutePath().toString()));
    return BaseImage.read(unpacked, word());
  }

  private Layer layer(Path directory, String name, FileTree tree, String createdBy)
      throws IOException {
    Layer layer =
        Layer.write(tree, revision.time(), directory.resolve(name + ".tar.gz"), createdBy);
    System.out.printf(
        "image:   %-9s %6.1f MiB, packed %5.1f MiB, %s%n",
        name, tree.size() / MIB, layer.size() / MIB, layer.digest());
    return layer;
  }

  private ImageSettings settings() {
    Map<String, String> labels =
        Map.of(
            "org.opencontainers.image.title",
            "Brindle",
            "org.opencontainers.image.description",
            "A Kubernetes network that behaves like Calico: node, controllers, CNI plugin, calicoctl",
            "org.opencontainers.image.version",
            options.version(),
            "org.opencontainers.image.revision",
            revision.commit(),
            "org.opencontainers.image.created",
            revision.time().toString(),
            "org.opencontainers.image.licenses",
            "Apache-2.0");
    Map<String, String> environment =
        Map.of(
            "PATH", "/usr/bin:" + Stage.HOME + "/bin",
            "LANG", "C.UTF-8",
            "BRINDLE_CNI_SOURCE", Stage.HOME + "/cni");
    return new ImageSettings(
        word(),
        revision.time().toString(),
        USER,
        List.of(Stage.HOME + "/bin/brindle"),
        new TreeMap<>(environment),
        new TreeMap<>(labels));
  }

  private String word() {
    return architecture.word();
  }

  private static String below(String path) {
    return Stage.HOME.substring(1) + "/" + path;
  }
}
