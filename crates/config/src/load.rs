//! The steps from sources to [`Config`].

use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::findings::Findings;
use crate::report::{self, Setting};
use crate::schema::{self, Node};
use crate::{
    Config, ConfigErrors, Problem, decode, derived, file, mcp2, secret_files, shape, variables,
};

/// A configuration with what it was made from.
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// What was set, before secrets were read from their files.
    pub(crate) settings: Vec<Setting>,
}

pub(crate) fn load(
    path: Option<&Path>,
    environment: &impl Environment,
) -> Result<Loaded, ConfigErrors> {
    let schema = schema::generate();
    let schema = Node::new(&schema);
    let found = environment.variables();

    let mcp2 = mcp2::read(&found);
    let (variables, mut problems) = variables::read(schema, &found);
    problems.extend(mcp2.problems);
    let file = match path
        .map(Path::to_owned)
        .or_else(|| named_by_variable(&found))
    {
        Some(path) => file::read(&path, environment),
        None => file::read_if_present(Path::new(file::DEFAULT_NAME), environment),
    };
    // With half a file, every further finding would be a guess.
    let file =
        file.map_err(|found| ConfigErrors(problems.iter().cloned().chain(found).collect()))?;
    let mut settings = variables.over(file).over(mcp2.layer);

    let misshapen = shape::check(schema, &settings.table);
    for path in misshapen.paths() {
        settings.discard(path);
    }
    let shown = report::settings(schema, &settings);
    let mut findings = Findings::default();
    secret_files::read(schema, &mut settings, environment, &mut findings);
    let mut settings = derived::fill(settings, mcp2.port);
    problems.extend(settings.locate(misshapen));
    let mut config = decode::decode(&mut settings, &mut findings);
    let beside = settings.origin(&["widgets"].into());
    for widget in &mut config.widgets {
        widget.place(beside.directory());
    }
    config.check_values(environment, &mut findings);
    if problems.is_empty() && findings.is_empty() {
        config.check_relations(&mut findings);
    }
    problems.extend(settings.locate(findings));
    into_result(problems).map(|()| Loaded {
        config,
        settings: shown,
    })
}

fn named_by_variable(found: &[(String, std::ffi::OsString)]) -> Option<PathBuf> {
    let (_, path) = found
        .iter()
        .find(|(name, value)| name == variables::FILE && !value.is_empty())?;
    Some(path.into())
}

fn into_result(mut problems: Vec<Problem>) -> Result<(), ConfigErrors> {
    problems.sort_by(|a, b| a.origin.cmp(&b.origin));
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ConfigErrors(problems))
    }
}
