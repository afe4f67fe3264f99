// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;

/// All compiled classes of the product, and where each belongs.
final class Brindle {

  static final String ROOT = "dev.brindle";

  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private Brindle() {}

  /// `felix` for `dev.brindle.felix.render.ChainName`; empty for a class of others.
  static String module(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(ROOT + ".")) {
      return "";
    }
    String inside = name.substring(ROOT.length() + 1);
    int dot = inside.indexOf('.');
    return dot < 0 ? inside : inside.substring(0, dot);
  }

  /// The classes that one refers to, itself left out.
  static Set<JavaClass> knownBy(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .filter(target -> !target.equals(type))
        .collect(Collectors.toSet());
  }
}
