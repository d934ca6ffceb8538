//! The batch in the browser's IndexedDB: one record a picture, and its blobs beside it.
//!
//! `items` holds a [`Record`] by the picture's number; `blobs` its file, its mask, its map and so on by "NUMBER file" and so on; `batch`
//! what concerns all, by "head". What belongs together is written in one transaction.

use std::collections::HashMap;
use std::future::IntoFuture;

use idb::request::futures::{GetAllKeysStoreRequestFuture, GetAllStoreRequestFuture};
use idb::{Database, DatabaseEvent, Factory, ObjectStore, ObjectStoreParams, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use spotcheck_protocol::{Basis, Findings, JoinedFigures, Kind, Region};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use crate::item::{Decision, Truth};
use crate::queue::ItemId;

const NAME: &str = "spotcheck";
/// Of the records' form. A newer one gets a step in [`upgrade`] that leads from the one before. Version 2 has regions and the
/// scale in its records, and D among the layers. What version 1 wrote is read as it is: nothing is drawn there, and no scale is known. The
/// number keeps a page of version 1, open in another tab or stored for use offline, from writing records over these that lack them.
/// Version 3 has features, what they were compared with, and which pictures are good; results of version 2 have none of it.
const VERSION: u32 = 3;
const ITEMS: &str = "items";
const BLOBS: &str = "blobs";
const BATCH: &str = "batch";
const HEAD: &str = "head";

/// A picture's blobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    File,
    Mask,
    /// The picture, where the browser cannot decode its file.
    Shown,
    Map,
    Layers,
    Features,
    /// The map joined with what other pictures say, and as a layer.
    JoinedMap,
    JoinedHeat,
}

impl Part {
    const ALL: [Part; 8] = [
        Part::File,
        Part::Mask,
        Part::Shown,
        Part::Map,
        Part::Layers,
        Part::Features,
        Part::JoinedMap,
        Part::JoinedHeat,
    ];

    fn name(self) -> &'static str {
        match self {
            Part::File => "file",
            Part::Mask => "mask",
            Part::Shown => "shown",
            Part::Map => "map",
            Part::Layers => "layers",
            Part::Features => "features",
            Part::JoinedMap => "joined-map",
            Part::JoinedHeat => "joined-heat",
        }
    }
}

/// What is kept of the whole batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    pub object: String,
    pub paused: bool,
    /// What counts of all pictures.
    #[serde(default)]
    pub region: Region,
    /// The scale of all pictures, where it is known.
    #[serde(default)]
    pub pixels_per_mm: Option<f64>,
}

/// What is kept of a picture, beside its blobs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub name: String,
    pub truth: Option<Truth>,
    pub decision: Option<Decision>,
    pub note: String,
    /// What was drawn on this picture alone.
    #[serde(default)]
    pub region: Region,
    pub result: Kept,
    /// Whether the person marked it as good.
    #[serde(default)]
    pub good: bool,
    /// What others say about the result.
    #[serde(default)]
    pub compared: Option<KeptCompared>,
    /// What went wrong, where the result is that something did; earlier versions kept the English alone.
    #[serde(default)]
    pub trouble: Kind,
}

/// A picture's result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Kept {
    /// There is none yet.
    Open,
    Done {
        findings: Box<Findings>,
        /// The layers' width and height.
        layers: (u32, u32),
    },
    /// In English: the record has the kind.
    Failed(String),
    Cancelled,
}

/// What others say about a result, beside its blobs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptCompared {
    pub basis: Basis,
    /// `None` where there was nothing to compare it with.
    pub joined: Option<JoinedFigures>,
}

/// All that was kept.
pub struct Stored {
    pub head: Option<Head>,
    /// By number, the smallest first.
    pub items: Vec<(ItemId, Record)>,
    pub blobs: HashMap<(ItemId, Part), Blob>,
    /// How many records cannot be read.
    pub lost: usize,
}

/// A picture to be written, with some of its blobs.
pub type Put = (ItemId, Record, Vec<(Part, Blob)>);

/// The open database.
pub struct Batch {
    database: Database,
}

impl Batch {
    /// Opens the database, and makes or upgrades it. The error is a sentence.
    pub async fn open() -> Result<Self, String> {
        let mut request =
            Factory::new().and_then(|factory| factory.open(NAME, Some(VERSION))).map_err(sentence)?;
        request.on_upgrade_needed(|event| {
            if let (Ok(before), Ok(database)) = (event.old_version(), event.database()) {
                // The request fails with it.
                let _ = upgrade(&database, before);
            }
        });
        Ok(Self { database: request.await.map_err(sentence)? })
    }

    /// Reads everything; blobs stay on the disk.
    pub async fn read(&self) -> Result<Stored, String> {
        let read = async {
            let transaction = self.database.transaction(&[ITEMS, BLOBS, BATCH], TransactionMode::ReadOnly)?;
            let head = transaction.object_store(BATCH)?.get(JsValue::from(HEAD))?.into_future();
            let items = Listing::of(&transaction.object_store(ITEMS)?)?;
            let blobs = Listing::of(&transaction.object_store(BLOBS)?)?;
            Ok::<_, idb::Error>((head.await?, items.await_all().await?, blobs.await_all().await?))
        };
        let (head, items, blobs) = read.await.map_err(sentence)?;
        let mut stored = Stored {
            head: head.and_then(|head| serde_wasm_bindgen::from_value(head).ok()),
            items: Vec::new(),
            blobs: HashMap::new(),
            lost: 0,
        };
        for (key, value) in items {
            match (key.as_f64(), serde_wasm_bindgen::from_value::<Record>(value)) {
                (Some(id), Ok(record)) => stored.items.push((id as ItemId, record)),
                _ => stored.lost += 1,
            }
        }
        for (key, value) in blobs {
            if let (Some(key), Ok(blob)) = (key.as_string().as_deref().and_then(part_of), value.dyn_into()) {
                stored.blobs.insert(key, blob);
            }
        }
        Ok(stored)
    }

    /// Writes what concerns the whole batch.
    pub async fn put_head(&self, head: &Head) -> Result<(), String> {
        let head = serde_wasm_bindgen::to_value(head).map_err(|error| error.to_string())?;
        self.write(&[BATCH], |transaction| {
            transaction.object_store(BATCH)?.put(&head, Some(&JsValue::from(HEAD)))?;
            Ok(())
        })
        .await
    }

    /// Writes pictures, each with some of its blobs; other blobs of theirs stay as they are.
    pub async fn put(&self, pictures: &[Put]) -> Result<(), String> {
        let mut values = Vec::new();
        for (id, record, blobs) in pictures {
            let record = serde_wasm_bindgen::to_value(record).map_err(|error| error.to_string())?;
            values.push((*id, record, blobs));
        }
        self.write(&[ITEMS, BLOBS], |transaction| {
            let (items, store) = (transaction.object_store(ITEMS)?, transaction.object_store(BLOBS)?);
            for (id, record, blobs) in &values {
                items.put(record, Some(&JsValue::from(*id)))?;
                for (part, blob) in *blobs {
                    store.put(blob, Some(&key(*id, *part)))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Takes pictures out.
    pub async fn delete(&self, ids: &[ItemId]) -> Result<(), String> {
        self.write(&[ITEMS, BLOBS], |transaction| {
            let (items, blobs) = (transaction.object_store(ITEMS)?, transaction.object_store(BLOBS)?);
            for &id in ids {
                items.delete(JsValue::from(id))?;
                for part in Part::ALL {
                    blobs.delete(key(id, part))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Takes everything out.
    pub async fn clear(&self) -> Result<(), String> {
        self.write(&[ITEMS, BLOBS, BATCH], |transaction| {
            for store in [ITEMS, BLOBS, BATCH] {
                transaction.object_store(store)?.clear()?;
            }
            Ok(())
        })
        .await
    }

    /// All of it or nothing. The order of such calls is the order of their effects.
    async fn write(
        &self,
        stores: &[&str],
        work: impl FnOnce(&Transaction) -> Result<(), idb::Error>,
    ) -> Result<(), String> {
        let write = async {
            let transaction = self.database.transaction(stores, TransactionMode::ReadWrite)?;
            work(&transaction)?;
            transaction.commit()?.await
        };
        write.await.map(|_| ()).map_err(sentence)
    }
}

/// Leads from a version to the newest, step by step; 0 is none.
fn upgrade(database: &Database, before: u32) -> Result<(), idb::Error> {
    if before < 1 {
        for store in [ITEMS, BLOBS, BATCH] {
            database.create_object_store(store, ObjectStoreParams::new())?;
        }
    }
    Ok(())
}

/// Keys and values of a store, asked for at once.
struct Listing {
    keys: GetAllKeysStoreRequestFuture,
    values: GetAllStoreRequestFuture,
}

impl Listing {
    fn of(store: &ObjectStore) -> Result<Self, idb::Error> {
        // Listened to from now on: an answer that nobody hears is lost.
        let keys = store.get_all_keys(None, None)?.into_future();
        Ok(Self { keys, values: store.get_all(None, None)?.into_future() })
    }

    async fn await_all(self) -> Result<Vec<(JsValue, JsValue)>, idb::Error> {
        let (keys, values) = (self.keys.await?, self.values.await?);
        Ok(keys.into_iter().zip(values).collect())
    }
}

fn key(id: ItemId, part: Part) -> JsValue {
    format!("{id} {}", part.name()).into()
}

fn part_of(key: &str) -> Option<(ItemId, Part)> {
    let (id, name) = key.split_once(' ')?;
    Some((id.parse().ok()?, Part::ALL.into_iter().find(|part| part.name() == name)?))
}

fn sentence(error: idb::Error) -> String {
    error.to_string()
}
