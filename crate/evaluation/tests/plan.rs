//! Which pictures are scored.

use std::collections::BTreeMap;
use std::convert::Infallible;

use spotcheck_datasets::{Label, manifest_dataset, recognise};
use spotcheck_evaluation::{Choice, Error, Plan, Shard};

const TABLE: &str = "object,split,label,image,mask
bolt,train,normal,bolt/Data/Images/Normal/0.JPG,
bolt,test,normal,bolt/Data/Images/Normal/1.JPG,
bolt,test,normal,bolt/Data/Images/Normal/2.JPG,
bolt,test,normal,bolt/Data/Images/Normal/3.JPG,
bolt,test,anomaly,bolt/Data/Images/Anomaly/0.JPG,bolt/Data/Masks/Anomaly/0.png
bolt,test,anomaly,bolt/Data/Images/Anomaly/1.JPG,bolt/Data/Masks/Anomaly/1.png
pipe_nut,test,normal,pipe_nut/Data/Images/Normal/0.JPG,
pipe_nut,test,anomaly,pipe_nut/Data/Images/Anomaly/0.JPG,pipe_nut/Data/Masks/Anomaly/0.png
";

fn visa_files() -> Vec<&'static str> {
    let rows = TABLE.lines().skip(1).flat_map(|row| row.split(',').skip(3)).filter(|path| !path.is_empty());
    rows.chain(["split_csv/1cls.csv"]).collect()
}

fn plan(choice: &Choice) -> Result<Plan, Error> {
    Plan::new(&recognise(&visa_files(), Some(TABLE)), choice)
}

fn paths(plan: &Plan) -> Vec<&str> {
    plan.tasks().iter().map(|task| task.path.as_str()).collect()
}

#[test]
fn only_what_is_for_testing_is_scored() {
    let plan = plan(&Choice::default()).unwrap();
    assert_eq!(plan.tasks().len(), 7);
    assert!(!paths(&plan).contains(&"bolt/Data/Images/Normal/0.JPG"));
    // Prompts have the name as the data set spells it.
    let last = plan.tasks().last().unwrap();
    assert_eq!((last.index, last.class.as_str(), last.object.as_str()), (6, "pipe_nut", "pipe_nut"));
    let error = Plan::new(&recognise(&visa_files(), None), &Choice::default()).unwrap_err();
    assert!(error.to_string().contains("split_csv/1cls.csv"), "{error}");
    let mvtec = [
        "bolt/train/good/0.png",
        "bolt/test/good/0.png",
        "bolt/test/dent/0.png",
        "bolt/ground_truth/dent/0_mask.png",
    ];
    let plan = Plan::new(&recognise(&mvtec, None), &Choice::default()).unwrap();
    assert_eq!(paths(&plan), ["bolt/test/dent/0.png", "bolt/test/good/0.png"]);
}

#[test]
fn classes_and_names_are_chosen() {
    let names = BTreeMap::from([("pipe_nut".to_owned(), "pipe nut".to_owned())]);
    let choice = Choice { classes: vec!["pipe_nut".to_owned()], names, ..Choice::default() };
    let chosen = plan(&choice).unwrap();
    assert_eq!(chosen.tasks().len(), 2);
    assert!(chosen.tasks().iter().all(|task| task.object == "pipe nut" && task.class == "pipe_nut"));
    let error = plan(&Choice { classes: vec!["nut".to_owned()], ..Choice::default() }).unwrap_err();
    assert_eq!(error.to_string(), "there is no class \"nut\": the data set has bolt, pipe_nut");
}

#[test]
fn a_limit_takes_defective_and_whole_in_turn() {
    let limited = |limit| {
        let plan =
            plan(&Choice { limit: Some(limit), classes: vec!["bolt".to_owned()], ..Choice::default() })
                .unwrap();
        let count = |label| plan.tasks().iter().filter(|task| task.label == label).count();
        (count(Label::Defective), count(Label::Whole), paths(&plan).is_sorted())
    };
    assert_eq!(
        [1, 2, 3, 5, 9].map(limited),
        [(1, 0, true), (1, 1, true), (2, 1, true), (2, 3, true), (2, 3, true)]
    );
}

#[test]
fn pictures_without_a_folder_for_their_class_have_a_name_too() {
    let files = ["good/1.png", "bad/1.png", "masks/1.png", "bad/2.png"];
    let choice = Choice { only_class: "spoon".to_owned(), ..Choice::default() };
    let plan = Plan::new(&recognise(&files, None), &choice).unwrap();
    assert!(plan.tasks().iter().all(|task| task.class == "spoon" && task.object == "spoon"));
    assert_eq!(plan.tasks().len(), 3);
    let error = Plan::new(&recognise(&["1.png", "2.png"], None), &choice).unwrap_err();
    assert!(matches!(error, Error::NoPictures));
}

#[test]
fn shards_part_the_plan_and_keep_its_numbers() {
    let plan = plan(&Choice::default()).unwrap();
    let shard = |text: &str| {
        plan.shard(Some(text.parse::<Shard>().unwrap())).map(|task| task.index).collect::<Vec<_>>()
    };
    assert_eq!((shard("1/2"), shard("2/2")), (vec![0, 2, 4, 6], vec![1, 3, 5]));
    assert_eq!(plan.shard(None).count(), 7);
}

#[test]
fn the_fingerprint_tells_other_pictures_names_and_files() {
    let print = |choice: &Choice, size: u64| {
        plan(choice).unwrap().info("any", |_| Ok::<_, Infallible>(size)).unwrap().fingerprint
    };
    let all = print(&Choice::default(), 10);
    assert_eq!(all, print(&Choice::default(), 10));
    let names = BTreeMap::from([("bolt".to_owned(), "screw".to_owned())]);
    let others = [
        print(&Choice::default(), 11),
        print(&Choice { limit: Some(2), ..Choice::default() }, 10),
        print(&Choice { names, ..Choice::default() }, 10),
    ];
    assert!(!others.contains(&all) && others[0] != others[1] && others[1] != others[2]);
}

#[test]
fn references_are_whole_and_are_not_scored() {
    let with = |good| Choice { good, classes: vec!["bolt".to_owned()], ..Choice::default() };
    let of_visa = plan(&with(1)).unwrap();
    assert_eq!(of_visa.good("bolt"), ["bolt/Data/Images/Normal/0.JPG"]);
    assert_eq!(of_visa.tasks().len(), 5);
    assert!(of_visa.good("nut").is_empty() && plan(&Choice::default()).unwrap().good("bolt").is_empty());
    let error = plan(&with(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 reference pictures of bolt are wanted, and there are 1 whole ones for it"
    );

    // Without a split, they are taken out of those that would be scored, before a limit counts.
    let folders =
        ["bolt/good/0.png", "bolt/good/1.png", "bolt/good/2.png", "bolt/bad/0.png", "bolt/bad/1.png"];
    let dataset = recognise(&folders, None);
    let of_folders = |limit| {
        let choice = Choice { limit, good: 2, only_class: "bolt".to_owned(), ..Choice::default() };
        Plan::new(&dataset, &choice).unwrap()
    };
    let all = of_folders(None);
    assert_eq!(all.good("bolt"), ["bolt/good/0.png", "bolt/good/1.png"]);
    assert_eq!(paths(&all), ["bolt/bad/0.png", "bolt/bad/1.png", "bolt/good/2.png"]);
    assert_eq!(paths(&of_folders(Some(2))), ["bolt/bad/0.png", "bolt/good/2.png"]);

    // Results with other references are other results.
    let fingerprint = |plan: &Plan| plan.info("x", |_| Ok::<_, Infallible>(1)).unwrap().fingerprint;
    let table =
        TABLE.replace("test,normal,bolt/Data/Images/Normal/1", "train,normal,bolt/Data/Images/Normal/1");
    let two = Plan::new(&recognise(&visa_files(), Some(&table)), &with(2)).unwrap();
    let one = Plan::new(&recognise(&visa_files(), Some(&table)), &with(1)).unwrap();
    assert_eq!(paths(&one), paths(&two));
    assert_ne!(fingerprint(&one), fingerprint(&two));
}

#[test]
fn a_manifest_says_what_classes_are_called() {
    let table = "path,label,class,object\n1.png,normal,m6,hex nut\n2.png,anomaly,m6,\n3.png,anomaly,m8,\n4.png,normal,,\n";
    let dataset = manifest_dataset(table, |_| true).unwrap();
    let named = |choice: &Choice| -> Vec<[String; 3]> {
        let plan = Plan::new(&dataset, choice).unwrap();
        plan.tasks().iter().map(|t| [&t.path, &t.class, &t.object].map(String::clone)).collect()
    };
    let choice = Choice { only_class: "drawer".to_owned(), ..Choice::default() };
    assert_eq!(
        named(&choice),
        [
            ["4.png", "drawer", "drawer"],
            ["1.png", "m6", "hex nut"],
            ["2.png", "m6", "hex nut"],
            ["3.png", "m8", "m8"]
        ]
    );
    // The command line's name goes before the manifest's.
    let names = BTreeMap::from([("m6".to_owned(), "nut".to_owned())]);
    assert_eq!(named(&Choice { names, ..choice })[1][2], "nut");
    let plan = Plan::new(&dataset, &Choice::default()).unwrap();
    assert_eq!(plan.info("any", |_| Ok::<_, Infallible>(1)).unwrap().layout, "manifest");
}
